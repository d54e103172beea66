using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Data;

/// <summary>Pictures to compare methods on.</summary>
public abstract class EvaluationData
{
    /// <summary>How many pictures there are.</summary>
    public abstract int Count { get; }

    /// <summary>How many folders were passed over because they hold no picture.</summary>
    public virtual int PassedOver => 0;

    /// <summary>Reads or renders a picture.</summary>
    /// <param name="index">Counted from 0.</param>
    /// <param name="side">Pixels of what is rendered; pictures on disk keep their size.</param>
    /// <exception cref="DataSetException">The picture's folder cannot be used.</exception>
    /// <exception cref="ImageException">A picture or mask cannot be read, or they do not go together.</exception>
    public abstract EvaluationPicture Read(int index, int side);
}

using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Data;

/// <summary>A data set: pictures to compare methods on.</summary>
abstract class EvaluationData
{
    /// <summary>Number of pictures.</summary>
    public abstract int Count { get; }

    /// <summary>Number of folders that were skipped because they have no picture.</summary>
    public virtual int PassedOver => 0;

    /// <summary>Reads or renders a picture.</summary>
    /// <param name="index">Index of the picture, from 0.</param>
    /// <param name="side">Side of a rendered picture in pixels; pictures on disk keep their size.</param>
    /// <exception cref="DataSetException">The picture's folder cannot be used.</exception>
    /// <exception cref="ImageException">A picture or mask cannot be read, or the mask does not fit the picture.</exception>
    public abstract EvaluationPicture Read(int index, int side);
}

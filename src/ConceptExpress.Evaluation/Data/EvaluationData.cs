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
    public abstract EvaluationPicture Read(int index, int side);

    /// <summary>The data set that a name stands for: <c>toybox:N[@seed][:difficulty]</c>, or else a folder of folders.</summary>
    /// <param name="name">The name.</param>
    /// <param name="exif">What a camera's orientation does to pictures on disk.</param>
    /// <exception cref="DataSetException">There is no such data set.</exception>
    public static EvaluationData Open(string name, Exif exif = Exif.Apply) =>
        name.StartsWith(ToyboxData.Prefix, StringComparison.Ordinal) ? ToyboxData.Parse(name) : new FolderData(name, exif);
}

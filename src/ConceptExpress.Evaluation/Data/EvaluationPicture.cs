using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Data;

/// <summary>A picture that methods are compared on, with its true masks and labels if they are known.</summary>
/// <param name="Name">A name that is unique in the data set and valid as a file name.</param>
/// <param name="Image">The picture at its original size.</param>
/// <param name="Masks">One true mask per thing, of the picture's size; empty if the truth is not known.</param>
/// <param name="Labels">What each thing is, in order of the masks: words by property, like <c>"color": "red"</c>. Null if that is not
/// known.</param>
sealed record EvaluationPicture(
    string Name, RgbImage Image, IReadOnlyList<Mask> Masks, IReadOnlyList<IReadOnlyDictionary<string, string>>? Labels = null)
{
    /// <summary>What a person should know about the picture's file, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Data;

/// <summary>A picture that methods are compared on, with what is known of it.</summary>
/// <param name="Name">One of its own within the data set; letters that file names allow.</param>
/// <param name="Image">The picture, at its own size.</param>
/// <param name="Masks">A mask per thing, of the picture's size; none where the truth is not known.</param>
/// <param name="Labels">What the things are, in the masks' order: words by what they say of it (<c>"color": "red"</c>). Null where that is
/// not known.</param>
public sealed record EvaluationPicture(
    string Name, RgbImage Image, IReadOnlyList<Mask> Masks, IReadOnlyList<IReadOnlyDictionary<string, string>>? Labels = null);

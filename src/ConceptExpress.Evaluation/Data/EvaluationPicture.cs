using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Evaluation.Data;

/// <summary>A picture that methods are compared on, with what is known of it.</summary>
/// <param name="Name">One of its own within the data set; letters that file names allow.</param>
/// <param name="Image">The picture.</param>
/// <param name="Masks">A mask per thing, of the picture's size; none where the truth is not known.</param>
/// <param name="Toys">What the things are, in the masks' order; null where they are no toys.</param>
public sealed record EvaluationPicture(string Name, RgbImage Image, IReadOnlyList<Mask> Masks, IReadOnlyList<Toy>? Toys);

using ConceptExpress.Imaging;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>A drawn scene and its true masks.</summary>
/// <param name="Picture">The drawn scene.</param>
/// <param name="Masks">The visible pixels of each toy without its shadow, in the order of the scene's toys. Masks do not overlap.</param>
sealed record RenderedScene(RgbImage Picture, IReadOnlyList<Mask> Masks);

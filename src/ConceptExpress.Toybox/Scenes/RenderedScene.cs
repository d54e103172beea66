using ConceptExpress.Imaging;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>A scene as pixels.</summary>
/// <param name="Picture">What is seen.</param>
/// <param name="Masks">255 where a toy is seen, without its shadow, else 0; in the order of the scene's toys, and nowhere two at
/// once.</param>
public sealed record RenderedScene(RgbImage Picture, IReadOnlyList<GrayImage> Masks);

using ConceptExpress.Imaging;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>A scene as pixels.</summary>
/// <param name="Picture">What is seen.</param>
/// <param name="Masks">Where each toy is seen, without its shadow; in the order of the scene's toys, and nowhere two at once.</param>
public sealed record RenderedScene(RgbImage Picture, IReadOnlyList<Mask> Masks);

using ConceptExpress.Encoders;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Evaluation.Tests.Viewing;

/// <summary>An encoder that sees mean colours.</summary>
sealed class MeanColour : IImageEncoder
{
    public string Name => "colours";
    public int Width => 3;

    public Tensor Encode(IReadOnlyList<RgbImage> pictures) =>
        stack(pictures.Select(picture => tensor(picture.Pixels.ToArray(), [picture.Height * picture.Width, 3]).to(float32).mean([0L])), 0);

    public void Dispose() { }
}

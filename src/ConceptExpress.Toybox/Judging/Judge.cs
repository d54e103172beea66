using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Judging;

/// <summary>What the judge sees in a picture: the words of its toy and background.</summary>
/// <param name="Category">One of <see cref="ToyWords.Categories"/>.</param>
/// <param name="Color">One of <see cref="ToyWords.Colors"/>.</param>
/// <param name="Pattern">One of <see cref="ToyWords.Patterns"/>.</param>
/// <param name="Background">One of <see cref="ToyWords.Backgrounds"/>; meaningless for a cut-out.</param>
sealed record Verdict(string Category, string Color, string Pattern, string Background);

/// <summary>
/// A classifier that says which toy a picture shows. It is trained on renderings only and measures whether generated pictures follow
/// their captions. It judges one toy at a time: if a picture has several, cut them out with their masks first.
/// </summary>
sealed class Judge : IDisposable
{
    /// <summary>Width and height of the pictures that the network reads, in pixels. Other sizes are resized.</summary>
    public const int Side = 96;

    internal const string WeightsFile = "model.safetensors";
    const int Batch = 32;

    readonly JudgeNet net;
    readonly Device device;

    Judge(JudgeNet net, Device device) => (this.net, this.device) = (net, device);

    /// <summary>Loads a judge from a folder.</summary>
    /// <param name="folder">A folder with <c>model.safetensors</c>.</param>
    /// <param name="device">Where to compute; null is the CPU.</param>
    /// <exception cref="CheckpointException">The file is missing or belongs to another network.</exception>
    public static Judge Load(string folder, Device? device = null)
    {
        using var place = Placement.Use(ScalarType.Float32, device ?? CPU);
        using var weights = SafeTensorsFile.Open(Path.Combine(folder, WeightsFile));
        var net = new JudgeNet();
        StrictLoader.Load(net, weights, $"the judge in {folder}");
        return new Judge(net, device ?? CPU);
    }

    /// <summary>Judges whole pictures, of any size, that show one toy each. One verdict per picture, in order.</summary>
    public IReadOnlyList<Verdict> Of(IEnumerable<RgbImage> pictures) => [.. pictures.Chunk(Batch).SelectMany(Some)];

    /// <summary>Cuts one thing out of each picture with its mask (<see cref="CutOut"/>) and judges it.</summary>
    public IReadOnlyList<Verdict> OfParts(IEnumerable<(RgbImage Picture, Mask Mask)> things) =>
        Of(things.Select(thing => CutOut.Of(thing.Picture, thing.Mask, Side)));

    IEnumerable<Verdict> Some(RgbImage[] pictures)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var squares = pictures.Select(picture => ImageResizer.Resize(picture, PixelSize.Square(Side), ResizeFilter.Bilinear));
        var x = PixelTensor.Scaled(PixelTensor.Bytes([.. squares]), device);
        var heads = net.Logits(x).Select(logits => logits.argmax(1).cpu().data<long>().ToArray()).ToArray();
        return [.. pictures.Select((_, i) => new Verdict(
            ToyWords.Categories[(int)heads[0][i]], ToyWords.Colors[(int)heads[1][i]], ToyWords.Patterns[(int)heads[2][i]],
            ToyWords.Backgrounds[(int)heads[3][i]]))];
    }

    public void Dispose() => net.Dispose();
}

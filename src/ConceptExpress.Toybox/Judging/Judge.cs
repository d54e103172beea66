using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Judging;

/// <summary>What the judge takes a picture's toy for.</summary>
/// <param name="Category">One of <see cref="ToyWords.Categories"/>.</param>
/// <param name="Color">One of <see cref="ToyWords.Colors"/>.</param>
/// <param name="Pattern">One of <see cref="ToyWords.Patterns"/>.</param>
/// <param name="Background">One of <see cref="ToyWords.Backgrounds"/>; meaningless for a cut-out.</param>
public sealed record Verdict(string Category, string Color, string Pattern, string Background);

/// <summary>
/// Says what toy a picture shows: a classifier trained on renderings only, which tells whether generated pictures follow their captions. It judges one toy
/// at a time; a picture with several is cut by masks first.
/// </summary>
public sealed class Judge : IDisposable
{
    /// <summary>Side of what the judge looks at, in pixels.</summary>
    public const int Side = 96;

    internal const string WeightsFile = "model.safetensors";
    const int Batch = 32;

    readonly JudgeNet net;
    readonly Device device;

    Judge(JudgeNet net, Device device) => (this.net, this.device) = (net, device);

    /// <summary>Loads a judge.</summary>
    /// <param name="folder">Holds <c>model.safetensors</c>.</param>
    /// <param name="device">CPU if null.</param>
    /// <exception cref="CheckpointException">The file is missing or of another network.</exception>
    public static Judge Load(string folder, Device? device = null)
    {
        using var place = Placement.Use(ScalarType.Float32, device ?? CPU);
        using var weights = SafeTensorsFile.Open(Path.Combine(folder, WeightsFile));
        var net = new JudgeNet();
        StrictLoader.Load(net, weights, $"the judge in {folder}");
        return new Judge(net, device ?? CPU);
    }

    /// <summary>Judges whole pictures of one toy each, of any size.</summary>
    public IReadOnlyList<Verdict> Of(IEnumerable<RgbImage> pictures) => [.. pictures.Chunk(Batch).SelectMany(Some)];

    /// <summary>Judges things cut out of pictures; see <see cref="CutOut"/>.</summary>
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
            ToyWords.Categories[(int)heads[0][i]], ToyWords.Colors[(int)heads[1][i]], ToyWords.Patterns[(int)heads[2][i]], ToyWords.Backgrounds[(int)heads[3][i]]))];
    }

    public void Dispose() => net.Dispose();
}

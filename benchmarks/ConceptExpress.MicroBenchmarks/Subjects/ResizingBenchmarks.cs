using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Imaging;
using SkiaSharp;

namespace ConceptExpress.MicroBenchmarks.Subjects;

/// <summary>
/// Resizing to a square of 512 pixels: from twice the side, and from 64 (for masks, the latent grid of Stable Diffusion). A picture,
/// bilinear; and a mask, by nearest neighbor (<see cref="Mask.Resize"/>, the only one in the code). The floor copies as many bytes as the
/// result has: every one must be written. It copies to memory that exists already, because the time that a new large array takes depends on
/// the garbage collector. The floor computes nothing and is out of reach, so SkiaSharp's resize stands beside: of four channels for
/// pictures and one for masks, with a filter that does not widen when the picture shrinks, and not with Pillow's bytes.
/// </summary>
[Description("Resizing")]
[MemoryDiagnoser]
public class ResizingBenchmarks
{
    const string Bilinear = "bilinear", Nearest = "nearest";
    const int Target = 512;

    readonly byte[] pictureBytes = new byte[3 * Target * Target], copiedPicture = new byte[3 * Target * Target];
    readonly byte[] maskBytes = new byte[Target * Target], copiedMask = new byte[Target * Target];
    RgbImage? picture;
    Mask? mask;
    SKBitmap? colors, grays;

    /// <summary>Side of the source, in pixels.</summary>
    [Params(64, 1024)]
    public int From { get; set; }

    /// <summary>Makes a picture of waves and a mask of a disc.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var size = PixelSize.Square(From);
        picture = new RgbImage(size, [.. Enumerable.Range(0, 3 * From * From).Select(i => (byte)(127.5 + 127 * Math.Sin(i * 0.01)))]);
        var (middle, radius) = (From / 2, From / 3);
        bool Inside(int pixel) => double.Hypot(pixel % From - middle, pixel / From - middle) < radius;
        mask = new Mask(size, [.. Enumerable.Range(0, From * From).Select(Inside)]);
        colors = new SKBitmap(From, From, SKColorType.Rgba8888, SKAlphaType.Opaque);
        grays = new SKBitmap(From, From, SKColorType.Gray8, SKAlphaType.Opaque);
        colors.Erase(SKColors.CornflowerBlue);
        grays.Erase(SKColors.White);
    }

    /// <summary>Frees Skia's pictures.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        colors?.Dispose();
        grays?.Dispose();
    }

    /// <summary>Floor of a picture.</summary>
    [Benchmark(Baseline = true, Description = "floor: copy the result's bytes (picture)"), BenchmarkCategory(Bilinear)]
    public void CopyPicture() => pictureBytes.AsSpan().CopyTo(copiedPicture);

    /// <summary>Another library's resize of a picture.</summary>
    [Benchmark(Description = "SkiaSharp, linear filter, RGBA"), BenchmarkCategory(Bilinear)]
    public int SkiaPicture() => Resized(colors!, SKFilterMode.Linear);

    /// <summary>A picture, as models get it.</summary>
    [Benchmark(Description = "ImageResizer.Resize, bilinear"), BenchmarkCategory(Bilinear)]
    public int Picture() => ImageResizer.Resize(picture!, PixelSize.Square(Target), ResizeFilter.Bilinear).Width;

    /// <summary>Floor of a mask.</summary>
    [Benchmark(Baseline = true, Description = "floor: copy the result's bytes (mask)"), BenchmarkCategory(Nearest)]
    public void CopyMask() => maskBytes.AsSpan().CopyTo(copiedMask);

    /// <summary>Another library's resize of a mask.</summary>
    [Benchmark(Description = "SkiaSharp, nearest, gray"), BenchmarkCategory(Nearest)]
    public int SkiaMask() => Resized(grays!, SKFilterMode.Nearest);

    /// <summary>A mask, as results get it.</summary>
    [Benchmark(Description = "Mask.Resize, nearest"), BenchmarkCategory(Nearest)]
    public int NearestMask() => mask!.Resize(PixelSize.Square(Target)).Width;

    static int Resized(SKBitmap source, SKFilterMode filter)
    {
        using var resized = source.Resize(source.Info.WithSize(Target, Target), new SKSamplingOptions(filter));
        return resized.Width;
    }
}

using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using ConceptExpress.Imaging;
using SkiaSharp;

namespace ConceptExpress.MicroBenchmarks.Subjects;

/// <summary>
/// Resizing to a square of 512 pixels: of a photograph of twice the side, and of a small one of 64 (for masks, the latent grid of Stable
/// Diffusion). In two parts:
/// <list type="bullet">
/// <item>A picture, bilinear. The floor copies as many bytes as the result has into a new array: every one must be written. SkiaSharp's
/// resize with linear filtering stands beside it. It has four channels, a filter that does not widen when the picture shrinks, and not
/// Pillow's bytes.</item>
/// <item>A mask, by nearest neighbor (<see cref="Mask.Resize"/>, the only one in the code). The floor is a copy, too.</item>
/// </list>
/// </summary>
[Description("Resizing")]
[MemoryDiagnoser]
public class ResizingBenchmarks
{
    const string Bilinear = "bilinear", Nearest = "nearest";
    const int Target = 512;

    readonly byte[] pictureBytes = new byte[3 * Target * Target], maskBytes = new byte[Target * Target];
    RgbImage? picture;
    Mask? mask;
    SKBitmap? bitmap;

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
        bitmap = new SKBitmap(From, From, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(SKColors.CornflowerBlue);
    }

    /// <summary>Frees Skia's picture.</summary>
    [GlobalCleanup]
    public void CleanUp() => bitmap?.Dispose();

    /// <summary>Floor of a picture.</summary>
    [Benchmark(Baseline = true, Description = "floor: copy the result's bytes (picture)"), BenchmarkCategory(Bilinear)]
    public int CopyPicture() => pictureBytes.AsSpan().ToArray().Length;

    /// <summary>Another library's resize.</summary>
    [Benchmark(Description = "SkiaSharp, linear filter, RGBA"), BenchmarkCategory(Bilinear)]
    public int Skia()
    {
        var size = new SKImageInfo(Target, Target, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var resized = bitmap!.Resize(size, new SKSamplingOptions(SKFilterMode.Linear));
        return resized.Width;
    }

    /// <summary>A picture, as models get it.</summary>
    [Benchmark(Description = "ImageResizer.Resize, bilinear"), BenchmarkCategory(Bilinear)]
    public int Picture() => ImageResizer.Resize(picture!, PixelSize.Square(Target), ResizeFilter.Bilinear).Width;

    /// <summary>Floor of a mask.</summary>
    [Benchmark(Baseline = true, Description = "floor: copy the result's bytes (mask)"), BenchmarkCategory(Nearest)]
    public int CopyMask() => maskBytes.AsSpan().ToArray().Length;

    /// <summary>A mask, as results get it.</summary>
    [Benchmark(Description = "Mask.Resize, nearest"), BenchmarkCategory(Nearest)]
    public int NearestMask() => mask!.Resize(PixelSize.Square(Target)).Width;
}

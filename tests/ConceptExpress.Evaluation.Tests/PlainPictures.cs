using ConceptExpress.Evaluation.Data;
using ConceptExpress.Imaging;

namespace ConceptExpress.Evaluation.Tests;

/// <summary>Pictures that need no data: two coloured boxes on grey, twice as wide as high.</summary>
static class PlainPictures
{
    public static PixelSize Size { get; } = new() { Width = 96, Height = 48 };

    /// <summary>A picture that differs from those of other numbers.</summary>
    public static EvaluationPicture Of(int number)
    {
        Mask[] things = [Box(6 + 3 * number, 8, 24, 28), Box(56, 14 + number, 30, 22)];
        byte[][] colors = [[220, (byte)(20 * number), 30], [30, 60, (byte)(250 - 20 * number)], [150, 150, 150]];
        int ThingAt(int pixel) => things[0].Pixels[pixel] ? 0 : things[1].Pixels[pixel] ? 1 : 2;
        byte[] pixels = [.. Enumerable.Range(0, (int)Size.Area).SelectMany(pixel => colors[ThingAt(pixel)])];
        return new EvaluationPicture($"boxes {number}", new RgbImage(Size, pixels), things);
    }

    static Mask Box(int left, int top, int width, int height) => new(Size, [.. Enumerable.Range(0, (int)Size.Area)
        .Select(i => i % Size.Width >= left && i % Size.Width < left + width && i / Size.Width >= top && i / Size.Width < top + height)]);
}

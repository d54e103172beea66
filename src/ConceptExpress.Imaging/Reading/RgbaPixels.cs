using SkiaSharp;

namespace ConceptExpress.Imaging;

/// <summary>Decoded pixels as the file stores them: (height, width, 4) bytes R G B A, not premultiplied with alpha.</summary>
sealed record RgbaPixels(PixelSize Size, byte[] Samples, SKEncodedOrigin Origin)
{
    /// <summary>Whether the file was cut, which the pixels may have survived.</summary>
    internal bool EndIsMissing { get; init; }

    /// <summary>The number of rows at the bottom, as stored, that are missing in the file.</summary>
    internal int MissingRows { get; init; }

    /// <summary>Returns these pixels.</summary>
    /// <exception cref="ImageException">Rows are missing.</exception>
    internal RgbaPixels Whole(string name) => MissingRows == 0 ? this : throw PixelDecoder.EndsEarly(name);

    /// <summary>Returns what a person should know about the file, one sentence each.</summary>
    internal IReadOnlyList<string> Warnings(string name) => (EndIsMissing, MissingRows) switch
    {
        (false, _) => [],
        (_, 0) => [OneLine.Of($"'{name}' has no end marker, so it was cut or not written to its end, but its picture is complete.")],
        _ => [OneLine.Of($"'{name}' was cut: of its {Size.Height} rows, the last {MissingRows} are missing in whole or in part and filled "
            + "with grey; copy or download it again.")],
    };

    /// <summary>Returns the picture blended over white.</summary>
    internal RgbImage OverWhite(Exif exif)
    {
        var walk = UprightWalk.Over(Size, exif == Exif.Apply ? Origin : SKEncodedOrigin.TopLeft);
        var pixels = GC.AllocateUninitializedArray<byte>(Samples.Length / 4 * 3);
        var target = 0;
        for (var y = 0; y < walk.Size.Height; y++)
            for (var (x, source) = (0, walk.RowStart(y)); x < walk.Size.Width; x++, source += walk.Step)
            {
                var rgba = Samples.AsSpan(4 * source, 4);
                var white = 255 * (255 - rgba[3]);
                pixels[target++] = Divide255(rgba[0] * rgba[3] + white);
                pixels[target++] = Divide255(rgba[1] * rgba[3] + white);
                pixels[target++] = Divide255(rgba[2] * rgba[3] + white);
            }
        return new RgbImage(walk.Size, pixels);
    }

    /// <summary>Returns the ITU-R 601 luma of the picture blended over black.</summary>
    internal GrayImage LumaOverBlack(Exif exif)
    {
        var walk = UprightWalk.Over(Size, exif == Exif.Apply ? Origin : SKEncodedOrigin.TopLeft);
        var pixels = GC.AllocateUninitializedArray<byte>(Samples.Length / 4);
        var target = 0;
        for (var y = 0; y < walk.Size.Height; y++)
            for (var (x, source) = (0, walk.RowStart(y)); x < walk.Size.Width; x++, source += walk.Step)
            {
                var rgba = Samples.AsSpan(4 * source, 4);
                pixels[target++] = Divide255(Luma(rgba[0], rgba[1], rgba[2]) * rgba[3]);
            }
        return new GrayImage(walk.Size, pixels);
    }

    // The weights 0.299, 0.587 and 0.114, in PIL's fixed point.
    static int Luma(int red, int green, int blue) => (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;

    static byte Divide255(int value) => (byte)((value + 127) / 255);
}

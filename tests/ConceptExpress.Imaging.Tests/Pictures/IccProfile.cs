using System.Buffers.Binary;
using System.Text;

namespace ConceptExpress.Imaging.Tests;

/// <summary>A monitor profile with sRGB's primaries and linear samples: whoever applies it changes every middle tone a lot.</summary>
static class IccProfile
{
    const int HeaderLength = 128;

    public static byte[] Linear()
    {
        (string Name, byte[] Data)[] tags =
        [
            ("wtpt", Xyz(0.9642, 1, 0.8249)),
            ("rXYZ", Xyz(0.4361, 0.2225, 0.0139)),
            ("gXYZ", Xyz(0.3851, 0.7169, 0.0971)),
            ("bXYZ", Xyz(0.1431, 0.0606, 0.7141)),
            ("rTRC", Gamma1), ("gTRC", Gamma1), ("bTRC", Gamma1),
        ];
        var offset = HeaderLength + 4 + 12 * tags.Length;
        var (table, body) = (new List<byte>(Int32(tags.Length)), new List<byte>());
        foreach (var (name, data) in tags)
        {
            table.AddRange([.. Encoding.ASCII.GetBytes(name), .. Int32(offset + body.Count), .. Int32(data.Length)]);
            body.AddRange(data);
        }
        return [.. Header(offset + body.Count), .. table, .. body];
    }

    static byte[] Gamma1 => [.. "curv"u8, .. Int32(0), .. Int32(1), 1, 0, 0, 0];

    static byte[] Header(int length)
    {
        var header = new byte[HeaderLength];
        Int32(length).CopyTo(header, 0);
        Int32(0x02400000).CopyTo(header, 8);
        "mntrRGB XYZ "u8.CopyTo(header.AsSpan(12));
        "acsp"u8.CopyTo(header.AsSpan(36));
        Xyz(0.9642, 1, 0.8249).AsSpan(8).CopyTo(header.AsSpan(68)); // D50
        return header;
    }

    static byte[] Xyz(params double[] values) =>
        [.. "XYZ "u8, .. Int32(0), .. values.SelectMany(value => Int32((int)Math.Round(value * 65536)))];

    static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}

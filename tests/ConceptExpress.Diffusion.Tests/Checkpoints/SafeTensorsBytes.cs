using System.Buffers.Binary;
using System.Text;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>Safetensors files made by hand, right or wrong.</summary>
internal static class SafeTensorsBytes
{
    /// <summary>A sound header of two tensors in 8 bytes: a, two I16, and after it b, 2x2 U8.</summary>
    public const string TwoTensors = """
        {"__metadata__":{"k":"v"},
        "b":{"dtype":"U8","shape":[2,2],"data_offsets":[4,8]},"a":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}
        """;

    /// <summary>A file of that header and so many bytes of data, each its own index.</summary>
    public static byte[] Of(string header, int dataLength) => Of(Encoding.UTF8.GetBytes(header), dataLength);

    public static byte[] Of(byte[] header, int dataLength)
    {
        var file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, 8);
        for (var i = 0; i < dataLength; i++) file[8 + header.Length + i] = (byte)i;
        return file;
    }
}

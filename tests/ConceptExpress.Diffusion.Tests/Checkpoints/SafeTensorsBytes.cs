using System.Buffers.Binary;
using System.Text;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>Safetensors files made by hand, right or wrong.</summary>
internal static class SafeTensorsBytes
{
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

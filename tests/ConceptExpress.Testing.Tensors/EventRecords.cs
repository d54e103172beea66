using System.Buffers.Binary;
using System.Text;

namespace ConceptExpress.Testing.Tensors;

/// <summary>
/// Reads event files of TensorBoard, written from the formats alone: TFRecord, CRC-32C, protocol buffers, <c>event.proto</c> and
/// <c>summary.proto</c>. It shares nothing with the writer.
/// </summary>
public static class EventRecords
{
    /// <summary>A named value of an event. Only what its kind has is not null.</summary>
    public sealed record Value(string Tag, float? Scalar, (int Width, int Height, byte[] Png)? Picture, string? Plugin, string? Text);

    /// <summary>An event: its time in seconds since 1970, its step, and one of the three contents.</summary>
    public sealed record Record(double Time, long Step, string? Version, int? Session, IReadOnlyList<Value> Values);

    /// <summary>Reads all events.</summary>
    /// <exception cref="InvalidDataException">A check sum is wrong, a record is cut off, or a field has another type.</exception>
    public static IReadOnlyList<Record> Read(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        List<Record> records = [];
        while (rest.Length > 0)
        {
            if (rest.Length < 16) throw new InvalidDataException("the head of a record is cut off");
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            Check(rest[..8], BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            if (rest.Length < 16 + length) throw new InvalidDataException("a record is cut off");
            Check(rest.Slice(12, length), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            records.Add(ToRecord(rest.Slice(12, length).ToArray()));
            rest = rest[(16 + length)..];
        }
        return records;
    }

    /// <summary>The scalars of a file by name, as steps and values, in order.</summary>
    public static Dictionary<string, List<(long Step, float Value)>> Scalars(IEnumerable<Record> records) => records
        .SelectMany(record => record.Values.Where(value => value.Scalar is not null)
            .Select(value => (value.Tag, Point: (record.Step, value.Scalar!.Value))))
        .GroupBy(value => value.Tag, value => value.Point).ToDictionary(tag => tag.Key, tag => tag.ToList());

    /// <summary>CRC-32C, bit by bit, as its definition says.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
        }
        return ~crc;
    }

    static void Check(ReadOnlySpan<byte> bytes, uint stored)
    {
        var crc = Crc(bytes);
        if ((crc >> 15 | crc << 17) + 0xA282EAD8u != stored) throw new InvalidDataException("a check sum is wrong");
    }

    static Record ToRecord(byte[] bytes)
    {
        var fields = Fields(bytes);
        return new Record(
            BitConverter.Int64BitsToDouble((long)Number(fields, 1)), (long)Number(fields, 2), Text(fields, 3),
            Message(fields, 7) is { } session ? (int)Number(session, 1) : null,
            Message(fields, 5) is { } summary
                ? [.. summary.Where(field => field.Id == 1).Select(field => ToValue(Fields(field.Bytes!)))] : []);
    }

    static Value ToValue(List<Field> fields) => new(
        Text(fields, 1)!,
        fields.Find(field => field.Id == 2) is { } scalar ? BitConverter.UInt32BitsToSingle((uint)scalar.Number) : null,
        Message(fields, 4) is { } picture
            ? ((int)Number(picture, 2), (int)Number(picture, 1), picture.Single(field => field.Id == 4).Bytes!) : null,
        Message(fields, 9) is { } metadata ? Text(Message(metadata, 1)!, 1) : null,
        Message(fields, 8) is { } tensor && Number(tensor, 1) == 7 ? Text(tensor, 8) : null); // 7 is DT_STRING

    sealed record Field(int Id, ulong Number, byte[]? Bytes);

    static List<Field> Fields(byte[] bytes)
    {
        List<Field> fields = [];
        for (var at = 0; at < bytes.Length;)
        {
            var key = Varint(bytes, ref at);
            var id = (int)(key >> 3);
            switch (key & 7)
            {
                case 0: fields.Add(new Field(id, Varint(bytes, ref at), null)); break;
                case 1: fields.Add(new Field(id, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)), null)); at += 8; break;
                case 2:
                    var length = (int)Varint(bytes, ref at);
                    fields.Add(new Field(id, 0, bytes[at..(at + length)]));
                    at += length;
                    break;
                case 5: fields.Add(new Field(id, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)), null)); at += 4; break;
                default: throw new InvalidDataException($"field {id} has no known type");
            }
        }
        return fields;
    }

    static ulong Varint(byte[] bytes, ref int at)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }

    static ulong Number(List<Field> fields, int id) => fields.Find(field => field.Id == id)?.Number ?? 0;

    static string? Text(List<Field> fields, int id) =>
        fields.Find(field => field.Id == id)?.Bytes is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    static List<Field>? Message(List<Field> fields, int id) =>
        fields.Find(field => field.Id == id)?.Bytes is { } bytes ? Fields(bytes) : null;
}

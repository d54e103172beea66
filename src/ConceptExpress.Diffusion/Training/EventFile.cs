using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;
using Value = Tensorboard.Summary.Types.Value;

namespace ConceptExpress.Diffusion.Training;

/// <summary>
/// Writes an event file of TensorBoard: records of TensorFlow's TFRecord format, each an <c>Event</c> of protocol buffers. It can be read
/// while it grows. Why not with TorchSharp's <c>SummaryWriter</c>: decision 13.
/// </summary>
/// <remarks>
/// A record is the length (8 bytes, little-endian) and its check sum, then the event and its check sum. A check sum is a masked CRC-32C.
/// </remarks>
sealed class EventFile : IDisposable
{
    /// <summary>Begin of the names of event files. TensorBoard takes every file whose name has <c>tfevents</c> in it.</summary>
    public const string NamePrefix = "events.out.tfevents.";

    const string Version = "brain.Event:2";
    const uint MaskDelta = 0xa282ead8;

    readonly FileStream stream;

    /// <summary>Begins a new file. Replaces an existing one; its folder must exist.</summary>
    /// <param name="path">The path. The name should begin with <see cref="NamePrefix"/>, and sort after those of earlier files.</param>
    /// <param name="first">
    /// The first step that will be added, 0 or more. TensorBoard forgets this and later steps of earlier files in the same folder, which a
    /// run that was continued repeats.
    /// </param>
    /// <param name="time">The time of the beginning.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public EventFile(string path, long first, DateTimeOffset time)
    {
        stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
        Write(new Event { WallTime = Seconds(time), FileVersion = Version });
        Write(new Event
        {
            WallTime = Seconds(time),
            Step = first,
            SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start },
        });
    }

    /// <summary>Returns the name of a file that begins with this step, so that later files sort after earlier ones.</summary>
    public static string NameOf(long first) => $"{NamePrefix}{first:0000000000}";

    /// <summary>Adds an event, and hands it to the operating system, so that readers see it.</summary>
    /// <param name="time">The time at which it happened.</param>
    /// <param name="step">The step that it belongs to, 0 or more.</param>
    /// <param name="values">Its values.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public void Add(DateTimeOffset time, long step, params IEnumerable<Value> values)
    {
        var summary = new Summary();
        summary.Value.AddRange(values);
        Write(new Event { WallTime = Seconds(time), Step = step, Summary = summary });
    }

    /// <summary>Returns a number under a name. TensorBoard groups names by what is before the slash.</summary>
    public static Value Scalar(string name, double value) => new() { Tag = name, SimpleValue = (float)value };

    /// <summary>Returns a picture under a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="png">The bytes of a PNG file in RGB.</param>
    public static Value Picture(string name, byte[] png) => new()
    {
        Tag = name,
        Image = new Summary.Types.Image
        {
            Width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), // the fields of IHDR, the first chunk
            Height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)),
            Colorspace = 3,
            EncodedImageString = ByteString.CopyFrom(png),
        },
    };

    /// <summary>Returns a text under a name. TensorBoard shows it as Markdown.</summary>
    public static Value Text(string name, string text)
    {
        var tensor = new TensorProto { Dtype = DataType.DtString, TensorShape = new TensorShapeProto() };
        tensor.StringVal.Add(ByteString.CopyFromUtf8(text));
        return new Value
        {
            Tag = name,
            Metadata = new SummaryMetadata { PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" } },
            Tensor = tensor,
        };
    }

    /// <summary>The masked CRC-32C of a record's parts: rotated and moved, because plain check sums of check sums are weak.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }

    // In one call, so that a reader or a kill hardly ever meets half a record.
    void Write(Event happened)
    {
        const int head = sizeof(ulong) + sizeof(uint);
        var message = happened.ToByteArray();
        var length = message.Length;
        var record = new byte[head + length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), MaskedCrc(record.AsSpan(0, sizeof(ulong))));
        message.CopyTo(record, head);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(head + length), MaskedCrc(record.AsSpan(head, length)));
        stream.Write(record);
        stream.Flush();
    }

    static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();
}

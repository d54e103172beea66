using System.Text;
using ConceptExpress.Diffusion.Training;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Tensors;

namespace ConceptExpress.Diffusion.Tests.Training;

/// <summary>Event files are read by a reader that shares nothing with their writer.</summary>
public sealed class EventFileTests : IDisposable
{
    static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, 250, TimeSpan.Zero);

    readonly TemporaryFolder temp = new();

    string Path => temp[EventFile.NameOf(7)];

    [Fact]
    public void AFile_BeginsAsEveryEventFile()
    {
        using (new EventFile(Path, 7, Noon)) { }
        // The length 24 with its check sum, as in the files of TensorFlow and PyTorch.
        Assert.Equal([24, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22], File.ReadAllBytes(Path)[..12]);
        var records = EventRecords.Read(Path);
        Assert.Equal(["brain.Event:2", null], records.Select(record => record.Version));
        Assert.Equal((1, 7), (records[1].Session, records[1].Step)); // 1 is SessionLog.START
        Assert.All(records, record => Assert.Equal(Noon, DateTimeOffset.FromUnixTimeMilliseconds((long)(record.Time * 1000))));
    }

    [Fact]
    public void Scalars_Pictures_AndTexts_ComeBack()
    {
        using var png = new MemoryStream();
        PngWriter.Write(png, new RgbImage(new PixelSize { Width = 5, Height = 3 }, new byte[45]));
        using (var file = new EventFile(Path, 0, Noon))
        {
            file.Add(Noon, 300, EventFile.Scalar("a/b", 0.1), EventFile.Scalar("c", double.NaN));
            file.Add(Noon, 301, EventFile.Picture("p", png.ToArray()), EventFile.Text("t", "Grüße"));
        }
        var records = EventRecords.Read(Path);
        Assert.Equal((300, 301), (records[2].Step, records[3].Step));
        Assert.Equal([("a/b", 0.1f), ("c", float.NaN)], records[2].Values.Select(value => (value.Tag, value.Scalar!.Value)));
        Assert.Equal((5, 3), (records[3].Values[0].Picture!.Value.Width, records[3].Values[0].Picture!.Value.Height));
        Assert.Equal(png.ToArray(), records[3].Values[0].Picture!.Value.Png);
        Assert.Equal(("t", "text", "Grüße"), (records[3].Values[1].Tag, records[3].Values[1].Plugin, records[3].Values[1].Text));
    }

    [Fact]
    public void AnEvent_CanBeRead_WhileTheFileIsOpen()
    {
        using var file = new EventFile(Path, 0, Noon);
        file.Add(Noon, 1, EventFile.Scalar("a", 1));
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = File.Create(temp["copy"]);
        stream.CopyTo(copy);
        copy.Close();
        Assert.Equal(3, EventRecords.Read(temp["copy"]).Count);
    }

    [Fact]
    public void AnyChangedByte_IsNoticed()
    {
        using (var file = new EventFile(Path, 0, Noon)) file.Add(Noon, 1, EventFile.Scalar("a", 1));
        var bytes = File.ReadAllBytes(Path);
        for (var i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 0x10;
            File.WriteAllBytes(temp["changed"], changed);
            Assert.Throws<InvalidDataException>(() => EventRecords.Read(temp["changed"]));
        }
    }

    [Theory]
    [InlineData("123456789", 0xE3069283)]
    [InlineData("", 0)]
    public void CheckSums_AreThoseOfTheStandard(string text, uint crc)
    {
        Assert.Equal(crc, EventRecords.Crc(Encoding.ASCII.GetBytes(text)));
        Assert.Equal((crc >> 15 | crc << 17) + 0xA282EAD8u, EventFile.MaskedCrc(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public void Names_SortAsTheirSteps() => Assert.Equal(
        ["events.out.tfevents.0000000000", "events.out.tfevents.0000000009", "events.out.tfevents.0000000010"],
        new[] { 10, 0, 9 }.Select(step => EventFile.NameOf(step)).Order(StringComparer.Ordinal));

    public void Dispose() => temp.Dispose();
}

using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Tensors;

namespace ConceptExpress.Library.Tests.Runs;

/// <summary>What TensorBoard is given with the results.</summary>
public sealed class LearningEventsTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    IReadOnlyList<EventRecords.Record> Written(ExtractionReport report)
    {
        ConceptFolderWriter.Write(temp.Path, report);
        return EventRecords.Read(temp[ResultNames.Events]);
    }

    [Fact]
    public void EveryStep_HasItsLosses_AndNone_TheLossThatItLacks()
    {
        var report = Reports.Learned();
        var scalars = EventRecords.Scalars(Written(report));
        Assert.Equal(["gradient_norm", "loss/alignment", "loss/contrast", "loss/denoising", "loss/total"], scalars.Keys.Order());
        foreach (var loss in new[] { "denoising", "alignment", "contrast", "total" })
            Assert.Equal(report.Steps!.Steps.SelectMany(step => step.Losses.All.Where(value => value.Key == loss)
                .Select(value => ((long)step.Step, (float)value.Value))), scalars[$"loss/{loss}"]);
    }

    [Fact]
    public void Times_AreThoseOfTheSteps()
    {
        var report = Reports.Learned();
        var times = Written(report).Where(record => record.Values.Any(value => value.Tag == "loss/total")).Select(record => record.Time);
        Assert.Equal(report.Steps!.Lines.Select(line => line.Time.ToUnixTimeMilliseconds() / 1000.0), times);
    }

    [Fact]
    public void Previews_AndTheOverlay_AreTheBytesOfTheFiles()
    {
        var records = Written(Reports.Learned());
        var pictures = records.SelectMany(record => record.Values).Where(value => value.Picture is not null)
            .ToDictionary(value => value.Tag, value => value.Picture!.Value);
        Assert.Equal(["overlay", "previews/joint", "previews/toys-asset0-0", "previews/toys-asset0-1", "previews/toys-asset1-0",
            "previews/toys-asset1-1"],
            pictures.Keys.Order(StringComparer.Ordinal));
        Assert.All(pictures, picture => Assert.Equal(File.ReadAllBytes(temp[$"{picture.Key}.png"]), picture.Value.Png));
        Assert.All(pictures.Values, picture => Assert.Equal((40, 30), (picture.Width, picture.Height)));
    }

    [Fact]
    public void Samples_StandAtTheLastStepOfTheirPass()
    {
        List<string> samples = [];
        foreach (var pass in new[] { 3, 6 })
        {
            samples.Add(temp[$"drawn/{ResultNames.Sample(pass)}"]);
            Directory.CreateDirectory(temp["drawn"]);
            PngFile.Write(samples[^1], new RgbImage(PixelSize.Square(4), new byte[48]));
        }
        Directory.CreateDirectory(temp["out"]);
        ConceptFolderWriter.Write(temp["out"], Reports.Learned() with { Samples = samples });
        // Two steps a pass: pass 3 ends with step 5, counted from 0.
        Assert.Equal([5, 11], EventRecords.Read(temp[$"out/{ResultNames.Events}"])
            .Where(record => record.Values.Any(value => value.Tag == "samples")).Select(record => record.Step));
    }

    [Fact]
    public void Settings_AreAText()
    {
        var text = Written(Reports.Learned(seed: 77)).SelectMany(record => record.Values).Single(value => value.Plugin == "text");
        Assert.Equal("settings", text.Tag);
        Assert.Contains("\"seed\": 77", text.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutASingleStep_ThereIsNoFile()
    {
        ConceptFolderWriter.Write(temp.Path, Reports.Learned() with { Steps = new StepLog(), Previews = null });
        Assert.False(Directory.Exists(temp[ResultNames.Board]));
    }

    public void Dispose() => temp.Dispose();
}

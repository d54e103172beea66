using System.Text.Json.Nodes;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Tests;

public sealed class ExtractTests(ExtractionFixture extraction)
{
    static readonly string[] DifferFromRunToRun =
        [ResultNames.Run, ResultNames.Metrics, ResultNames.Chart, ResultNames.Report, ResultNames.Events];

    [Fact]
    public void Extract_Succeeds() => Assert.True(extraction.Outcome.Code == ExitCodes.Done, extraction.Outcome.Error);

    [Fact]
    public void Extract_WritesWhatItsManifestNames_AndNothingElse()
    {
        var manifest = ConceptFolder.ReadManifest(extraction.Folder);
        Assert.InRange(manifest.Concepts.Count, 1, 2);
        Assert.Equal(manifest.Concepts.Count > 1, manifest.JointPreview is not null);
        string[] joint = manifest.JointPreview is { } preview ? [preview] : [];
        var named = manifest.Concepts
            .SelectMany(c => c.Previews.Concat([c.Mask!, c.Embedding!, ResultNames.EmbeddingPreview(c.Name)])).Concat(joint)
            .Concat([ResultNames.Manifest, ResultNames.Overlay, .. DifferFromRunToRun]);
        Assert.Equal(named.Order(StringComparer.Ordinal), Files(extraction.Folder).Order(StringComparer.Ordinal));
        Assert.All(manifest.Concepts, concept => Assert.Single(concept.Previews));
    }

    [Fact]
    public void Manifest_TellsThePictureAndTheSettingsAsUsed()
    {
        var manifest = ConceptFolder.ReadManifest(extraction.Folder);
        var picture = ImageReader.ReadWithDigest(Cli.Sample);
        Assert.Equal(ImageRecord.Of("toybox-01.png", picture), manifest.Image);
        var learning = manifest.Settings!.Learning;
        Assert.Equal((2, 64, 2), (learning.Passes, manifest.Settings.Resolution, manifest.Settings.Locating.MaxConcepts));
        Assert.Equal((0.02, RateUnit.RowLength, 3), (learning.Optimizer.LearningRate, learning.Optimizer.RateUnit, learning.BatchSize));
        Assert.True(manifest.FinalLosses!["total"] > 0);
        Assert.Equal(picture.Image.Size, ImageReader.ReadMask(Path.Combine(extraction.Folder, manifest.Concepts[0].Mask!)).Size);
    }

    [Fact]
    public void Json_IsOneObject_AndAllOfStandardOutput()
    {
        var result = JsonNode.Parse(extraction.Outcome.Output)!.AsObject();
        Assert.Equal(extraction.Folder, (string?)result["output"]);
        Assert.Equal(extraction.Words, result["manifest"]!["concepts"]!.AsArray().Select(concept => (string)concept!["token"]!));
        Assert.Equal("<toybox-01-asset0>", extraction.Words[0]);
    }

    [Fact]
    public void Metrics_HaveOneLinePerOptimizerStep()
    {
        var manifest = ConceptFolder.ReadManifest(extraction.Folder);
        Assert.Equal(1 + ShortestRunTests.Steps(manifest), File.ReadAllLines(Path.Combine(extraction.Folder, ResultNames.Metrics)).Length);
    }

    [Fact]
    public void Run_TellsTheTimeOfEachPhase_AndTheMemory()
    {
        var run = JsonNode.Parse(File.ReadAllText(Path.Combine(extraction.Folder, ResultNames.Run)))!;
        Assert.Equal(["load", "locate", "search words", "learn split tokens", "learn merged tokens", "read attention", "name concepts",
            "draw previews"],
            run["seconds"]!.AsObject().Select(phase => phase.Key).Take(8));
        Assert.True((long)run["peakMemoryBytes"]! > 1 << 20);
        Assert.Equal(2, (int)run["machine"]!["threads"]!);
    }

    [Fact]
    public void TheSameSeed_GivesTheSameBytes()
    {
        Assert.Equal(ExitCodes.Done, extraction.Extract("again").Code);
        foreach (var file in Files(extraction.Folder).Except(DifferFromRunToRun))
            Assert.True(File.ReadAllBytes(Path.Combine(extraction.Folder, file)).AsSpan()
                .SequenceEqual(File.ReadAllBytes(extraction.Path($"again/{file}"))), $"{file} differs");
    }

    [Fact]
    public void AnotherSeed_GivesOtherWords()
    {
        Assert.Equal(ExitCodes.Done, extraction.Extract("other", "--seed", "21", "--previews", "0").Code);
        Assert.NotEqual(ConceptFolder.Open(extraction.Folder).Words[0].Vectors[0],
            ConceptFolder.Open(extraction.Path("other")).Words[0].Vectors[0]);
        Assert.False(Directory.Exists(extraction.Path("other/previews")));
    }

    [Theory]
    [InlineData("paper")]
    [InlineData("express")]
    public void Localize_WritesMasksAndNoWords(string preset)
    {
        var folder = extraction.Path($"located-{preset}");
        var outcome = Cli.Run("localize", Cli.Sample, "--output", folder, "--preset", preset, "--threads", "2");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        var manifest = ConceptFolder.ReadManifest(folder);
        Assert.NotEmpty(manifest.Concepts);
        var named = manifest.Concepts.Select(concept => concept.Mask!).Concat([ResultNames.Manifest, ResultNames.Overlay, ResultNames.Run]);
        Assert.Equal(named.Order(StringComparer.Ordinal), Files(folder).Order(StringComparer.Ordinal));
        Assert.Equal(manifest.Concepts.Count, outcome.Output.Split('\n').Count(line => line.Contains("<toybox-01-asset")));
    }

    [Fact]
    public void Localize_ShowsBothPresets_SideBySide()
    {
        var folder = extraction.Path("compared");
        string[] run = ["localize", Cli.Sample, "--output", folder, "--threads", "2"];
        var outcome = Cli.Run([.. run, "--compare"]);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        var (sheet, picture) = (ImageReader.Read(Path.Combine(folder, ResultNames.Comparison)), ImageReader.Read(Cli.Sample));
        Assert.InRange((double)sheet.Width / picture.Width, 3, 4);
        Assert.All(ConceptFolder.ReadManifest(folder).Concepts, concept => Assert.InRange(concept.Confidence!.Value, 0, 1));
        Assert.Contains("% sure", outcome.Output);
        Assert.True(Cli.Run([.. run, "--force"]).Code == ExitCodes.Done);
        Assert.False(File.Exists(Path.Combine(folder, ResultNames.Comparison))); // it belonged to the earlier result
        var refused = Cli.Run([.. run, "--force", "--compare", "--masks", Path.Combine(folder, ResultNames.Masks)]);
        Cli.AssertFailed(ExitCodes.Usage, refused);
        Assert.Contains("masks", refused.Error);
    }

    [Theory]
    [InlineData("extract", "express")]
    [InlineData("localize", "express")]
    [InlineData("localize", "paper")]
    public void APictureOfNothing_HasNoConcepts_AndIsNoFailure(string command, string preset)
    {
        var (blank, folder) = (extraction.Path($"blank-{command}-{preset}.png"), extraction.Path($"nothing-{command}-{preset}"));
        PngFile.Write(blank, new RgbImage(PixelSize.Square(64), [.. Enumerable.Repeat((byte)127, 3 * 64 * 64)]));
        string[] learning = command == "extract" ? ["--steps", "1", "--previews", "0", .. Cli.QuickSearch] : [];
        string[] run = [command, blank, "--output", folder, "--preset", preset, "--resolution", "64", "--threads", "2", .. learning];
        var outcome = Cli.Run(run);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains("no concept was found", outcome.Error);
        Assert.Empty(ConceptFolder.ReadManifest(folder).Concepts);
        var forced = Cli.Run([.. run, "--force", "--set", "locating.minProminence=null"]);
        Assert.True(forced.Code == ExitCodes.Done, forced.Error);
        Assert.NotEmpty(ConceptFolder.ReadManifest(folder).Concepts);
    }

    static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'));
}

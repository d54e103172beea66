using System.Text.Json.Nodes;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

public sealed class EvaluateTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void LocalizationOnly_PrintsATable_WritesItsFiles_AndGoesOn()
    {
        string[] command =
        [
            "evaluate", "--localization-only", "--data", "toybox:2@5", "--resolution", "64", "--methods", "express,paper", "--threads", "2",
            "--output", temp["out"],
        ];
        var outcome = Cli.Run(command);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains("| express |", outcome.Output);
        Assert.Equal(
            ["index.html", "items", "results.csv", "results.json", "results.md", "sources", "timings.json"],
            Directory.GetFileSystemEntries(temp["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var before = File.ReadAllText(temp["out/results.json"]);
        foreach (var method in new[] { "express", "paper" })
            foreach (var name in new[] { "meanBestIoU", "precision50", "recall50", "exactCount" })
                Assert.InRange((double)JsonNode.Parse(before)!["methods"]![method]![name]!, 0, 1);

        var again = Cli.Run([.. command, "--json"]);
        Assert.Contains("4 of 4 results exist already", again.Error);
        Assert.Equal(before, File.ReadAllText(temp["out/results.json"]));
        Assert.Equal(before, again.Output);
    }

    [Fact]
    public void SourceConcepts_AreShownAsAsked()
    {
        string[] command =
        [
            "evaluate", "--data", "toybox:1@5", "--resolution", "64", "--methods", "given-masks", "--steps", "1", "--merge-step", "0",
            "--samples", "1",
            "--sample-steps", "1", "--output", temp["out"], "--json",
        ];
        var (usual, masked) = (SimI([]), SimI(["--source-concepts", "masked"]));
        Assert.Equal(("cut-out", "masked"), (usual.Form, masked.Form));
        Assert.NotEqual(usual.Value, masked.Value);

        (string Form, double Value) SimI(string[] options)
        {
            var outcome = Cli.Run([.. command, .. options]);
            Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
            var results = JsonNode.Parse(outcome.Output)!;
            return ((string)results["viewers"]!["clip"]!["form"]!, (double)results["methods"]!["given-masks"]!["clipSimI"]!);
        }
    }

    [Fact]
    public void Joint_DrawsEveryPairFourTimes_AndTheTruePhrasesBeside()
    {
        var outcome = Cli.Run("evaluate", "--data", "toybox:1@7", "--resolution", "64", "--methods", "given-masks", "--steps", "1",
            "--merge-step", "0", "--samples", "1", "--joint", "--sample-steps", "1", "--output", temp["out"], "--json");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        var method = JsonNode.Parse(outcome.Output)!["methods"]!["given-masks"]!;
        var picture = method["pictures"]![0]!;
        var (concepts, pairs) = (picture["concepts"]!.AsArray().Count, picture["pairs"]!.AsArray());
        Assert.Equal(concepts * (concepts - 1) / 2, pairs.Count);
        Assert.All(pairs, pair => Assert.Equal((4, 4), ((int)pair!["samples"]!, (int)pair["phraseSamples"]!)));
        Assert.Equal((double)method["pairAll"]! - (double)method["pairPhrases"]!, (double)method["pairGap"]!, 1e-12);
    }

    [Theory]
    [InlineData("toybox:none")]
    [InlineData("/no/such/folder")]
    public void ADataSetThatIsNone_IsRefused_AndNothingIsWritten(string data)
    {
        Cli.AssertFailed(ExitCodes.Input, Cli.Run("evaluate", "--data", data, "--output", temp["out"]));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void AFolderOfSomethingElse_IsRefused()
    {
        File.WriteAllText(temp["letter.txt"], "dear");
        var outcome = Cli.Run("evaluate", "--data", "toybox:1", "--output", temp.Path);
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains("letter.txt", outcome.Error);
    }

    [Fact]
    public void MinConcepts_CannotBeAskedOfThePublishedMethod()
    {
        var outcome = Cli.Run("evaluate", "--localization-only", "--data", "toybox:1@5", "--methods", "paper,express", "--min-concepts",
            "3", "--output", temp["out"]);
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains("--min-concepts", outcome.Error);
        outcome = Cli.Run("evaluate", "--localization-only", "--data", "toybox:1@5", "--methods", "express", "--min-concepts", "3",
            "--output", temp["out"], "--json");
        Assert.Equal(3, (int)JsonNode.Parse(outcome.Output)!["methods"]!["express"]!["settings"]!["locating"]!["minConcepts"]!);
    }

    [Fact]
    public void GivenMasks_WithoutMasks_AreRefused()
    {
        PngFile.Write(Path.Combine(Directory.CreateDirectory(temp["data/a"]).FullName, "img.png"), ImageReader.Read(Cli.Sample));
        var outcome = Cli.Run("evaluate", "--localization-only", "--data", temp["data"], "--methods", "given-masks", "--output",
            temp["out"]);
        Cli.AssertFailed(ExitCodes.Input, outcome);
        Assert.Contains("given-masks", outcome.Error);
    }

    [Fact]
    public void Extract_LearnsOnMasksThatAreGiven()
    {
        var masks = Directory.CreateDirectory(temp["masks"]).FullName;
        Cli.AssertFailed(ExitCodes.Input, Cli.Run("extract", Cli.Sample, "--masks", masks, "--output", temp["out"]));
        PngFile.Write(Path.Combine(masks, "mask0.png"), new Mask(PixelSize.Square(4), [.. Enumerable.Range(0, 16).Select(i => i % 4 < 2)]));
        PngFile.Write(Path.Combine(masks, "mask1.png"), new Mask(PixelSize.Square(4), [.. Enumerable.Range(0, 16).Select(i => i < 4)]));
        var outcome = Cli.Run("extract", Cli.Sample, "--masks", masks, "--output", temp["out"],
            "--preset", "paper", "--steps", "1", "--split-tokens", "1", "--previews", "0", "--resolution", "64", "--threads", "2");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        var manifest = ConceptFolder.ReadManifest(temp["out"]);
        Assert.True(manifest.GivenMasks);
        Assert.Equal([0.5, 0.25], manifest.Concepts.Select(concept => concept.Coverage!.Value));
    }

    public void Dispose() => temp.Dispose();
}

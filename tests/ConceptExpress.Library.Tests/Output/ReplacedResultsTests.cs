using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

public sealed class ReplacedResultsTests : IDisposable
{
    static readonly string[] Own = ["out/notes.txt", "out/masks/mine.txt", "out/holiday/image-000.png", "out/.hidden",
        "out/previews/deep/asset0-0.png"];

    readonly TemporaryFolder temp = new();

    [Fact]
    public void ResultsOfTheSameCommand_AreReplaced_FileByFile_AndAllElseStays()
    {
        Folders.Extract(temp["out"], logged: true);
        temp.Fill(Own);
        new OutputFolder(temp["out"], ResultNames.Extraction, replace: true)
            .Write(fresh => File.WriteAllText(Path.Combine(fresh, ResultNames.Manifest), "new"));
        Assert.Equal(Own.Append("out/concepts.json").Order(StringComparer.Ordinal), temp.Files());
        Assert.All(Own, file => Assert.Equal("mine", File.ReadAllText(temp[file])));
        Assert.Equal("new", File.ReadAllText(temp["out/concepts.json"]));
        Assert.False(Directory.Exists(temp["out/embeddings"]), "an empty folder of earlier results is left over");
    }

    [Fact]
    public void TheSameCommandTwice_GivesTheSameFolder()
    {
        Folders.Localize(temp["out"]);
        var before = temp.Files();
        Folders.Localize(temp["out/"], replace: true);
        Assert.Equal(before, temp.Files());
        Assert.Equal(2, ConceptFolder.ReadManifest(temp["out"]).Concepts.Count);
    }

    [Fact]
    public void FewerPictures_ReplaceMore()
    {
        Folders.Generate(temp["out"], 5);
        Folders.Generate(temp["out"], 2, replace: true);
        Assert.Equal(["out/grid.png", "out/image-000.png", "out/image-001.png"], temp.Files());
    }

    [Fact]
    public void PicturesBesideConcepts_LeaveThem_AndAreLeftByThem()
    {
        Folders.Extract(temp["out"]);
        var concepts = temp.State();
        Folders.Generate(temp["out"], 2, replace: true);
        Assert.Equal(concepts, temp.State().Intersect(concepts));
        Folders.Generate(temp["out"], 1, replace: true);
        Folders.Extract(temp["out"], replace: true);
        Assert.Contains("out/image-000.png", temp.Files());
        Assert.Equal(2, ConceptFolder.Open(temp["out"]).Words.Count);
    }

    [Fact]
    public void LocalizeAndExtract_DoNotReplaceEachOther()
    {
        Folders.Extract(temp["learned"]);
        Folders.Localize(temp["located"]);
        var before = temp.State();
        Assert.Contains("concepts.json",
            Assert.Throws<OutputOccupiedException>(() => Folders.Localize(temp["learned"], replace: true)).Message,
            StringComparison.Ordinal);
        Assert.Throws<OutputOccupiedException>(() => Folders.Extract(temp["located"], replace: true));
        Assert.Equal(before, temp.State());
    }

    [Fact]
    public void ExtractionThatFoundNothing_IsExtractsAllTheSame()
    {
        var nothing = Reports.Learned() with { Located = [], Learned = new([], null), Previews = null };
        new OutputFolder(temp["out"], ResultNames.Extraction, replace: false).Write(fresh => ConceptFolderWriter.Write(fresh, nothing));
        Assert.Throws<OutputOccupiedException>(() => Folders.Localize(temp["out"], replace: true));
        Folders.Extract(temp["out"], replace: true);
        Assert.Equal(2, ConceptFolder.Open(temp["out"]).Words.Count);
    }

    [Fact]
    public void FilesOfTheFirstSchema_AreExtracts()
    {
        temp.Fill("out/masks/asset0.png", "out/masks/asset1.png", "out/embeddings/asset0.safetensors", "out/embeddings/asset1.safetensors",
            "out/previews/asset0-0.png",
            "out/previews/asset1-0.png", "out/previews/joint.png", "out/metrics.csv", "out/overlay.png", "out/run.json",
            "out/training.png");
        File.Copy(FirstSchema.File, temp["out/concepts.json"]);
        Assert.Throws<OutputOccupiedException>(() => Folders.Localize(temp["out"], replace: true));
        new OutputFolder(temp["out"], ResultNames.Extraction, replace: true)
            .Write(fresh => File.WriteAllText(Path.Combine(fresh, ResultNames.Manifest), "new"));
        Assert.Equal(["out/concepts.json"], temp.Files());
    }

    [Fact]
    public void EditedManifest_IsStillOurs()
    {
        Folders.Extract(temp["out"]);
        File.WriteAllText(temp["out/concepts.json"], "// a comment\n" + File.ReadAllText(temp["out/concepts.json"])
            .Replace("  \"prefix\"", "  /* another */ \"prefix\""));
        Folders.Extract(temp["out"], replace: true);
        Assert.Equal(2, ConceptFolder.Open(temp["out"]).Words.Count);
    }

    public static TheoryData<string> NamesOfResults =>
        ["concepts.json", "overlay.png", "report.html", "run.json", "metrics.csv", "training.png", "masks/asset0.png",
            "masks/holiday.png", "previews/joint.png", "embeddings/asset0.safetensors", "tensorboard/events.out.tfevents.0000000000",
            "masks", "embeddings",
            "previews"];

    /// <summary>A stranger's file is never replaced, nor found in the way only when the work is done.</summary>
    [Theory]
    [MemberData(nameof(NamesOfResults))]
    public void StrangersFiles_WithNamesOfResults_AreRefusedBeforeTheWork(string name)
    {
        temp.Fill($"out/{name}", "out/other.txt");
        AssertRefusedBeforeTheWork(ResultNames.Extraction, name);
        AssertRefusedBeforeTheWork(ResultNames.Localization, name);
    }

    [Theory]
    [InlineData("concepts.json")]
    [InlineData("training.png")]
    [InlineData("masks/asset0.png")]
    public void FoldersWithNamesOfResults_AreRefusedBeforeTheWork(string name)
    {
        Directory.CreateDirectory(temp[$"out/{name}"]);
        AssertRefusedBeforeTheWork(ResultNames.Extraction, name);
    }

    [Theory]
    [InlineData("masks/asset7.png")]
    [InlineData("previews/asset0-7.png")]
    public void StrangersFiles_AmongResults_AreRefusedBeforeTheWork(string name)
    {
        Folders.Extract(temp["out"]);
        temp.Fill($"out/{name}");
        AssertRefusedBeforeTheWork(ResultNames.Extraction, name);
    }

    [Theory]
    [InlineData("image-000.png")]
    [InlineData("image-1234.png")]
    [InlineData("grid.png")]
    public void StrangersPictures_AreRefusedBeforeTheWork(string name)
    {
        Folders.Generate(temp["out"], 0);
        PngFile.Write(temp[$"out/{name}"], Drawing.Pictures.Gray(3, 3));
        AssertRefusedBeforeTheWork(ResultNames.Generation, name);
        temp.Fill($"out/{name}");
        AssertRefusedBeforeTheWork(ResultNames.Generation, name);
    }

    void AssertRefusedBeforeTheWork(OutputKind kind, string name)
    {
        var before = temp.State();
        var refusal = Assert.Throws<OutputOccupiedException>(() => new OutputFolder(temp["out"], kind, replace: true)
            .Write(_ => Assert.Fail("the work was begun")));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.False(refusal.Replaceable);
        Assert.Equal(before, temp.State());
    }

    public void Dispose() => temp.Dispose();
}

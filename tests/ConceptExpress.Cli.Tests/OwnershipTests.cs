using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>Nothing that a person owns is deleted, whatever is forced, and however paths are spelled.</summary>
public sealed class OwnershipTests(ExtractionFixture extraction) : IDisposable
{
    readonly TemporaryFolder temp = new();

    static readonly string[] Short = ["--resolution", "64", "--threads", "2", "--steps", "1", "--previews", "0"];

    [Theory]
    [InlineData("{0}")]
    [InlineData("{0}/")]
    [InlineData("{0}/.")]
    [InlineData("{0}/../{1}")]
    public void GeneratingIntoTheWords_IsRefused_HoweverTheFolderIsSpelled(string spelling)
    {
        var folder = Copy("c");
        var spelled = string.Format(null, spelling, folder, "c");
        var outcome = Cli.Run("generate", "--concepts", folder, "--output", spelled, "--force", "--prompt", "<asset0>", "--steps", "1");
        AssertRefusedAndKept(outcome, folder);
    }

    [Fact]
    public void GeneratingIntoTheWords_ThroughALink_IsRefused()
    {
        var folder = Copy("c");
        Directory.CreateSymbolicLink(temp["link"], folder);
        AssertRefusedAndKept(
            Cli.Run("generate", "--concepts", temp["link"], "--output", folder, "--force", "--prompt", "<asset0>", "--steps", "1"), folder);
        AssertRefusedAndKept(
            Cli.Run("generate", "--concepts", folder, "--output", temp["link"], "--force", "--prompt", "<asset0>", "--steps", "1"), folder);
    }

    [Fact]
    public void ExtractingOverTheMasksItWasGiven_IsRefused()
    {
        var folder = Copy("c");
        AssertRefusedAndKept(
            Cli.Run(["extract", Cli.Sample, "--masks", Path.Combine(folder, "masks"), "--output", folder, "--force", .. Short]), folder);
    }

    [Fact]
    public void WorkingOverThePictureItself_IsRefused()
    {
        var folder = Copy("c");
        File.Copy(Cli.Sample, Path.Combine(folder, "x.png"));
        var outcome = Cli.Run("localize", Path.Combine(folder, "x.png"), "--output", folder, "--force");
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Equal(File.ReadAllBytes(Cli.Sample), File.ReadAllBytes(Path.Combine(folder, "x.png")));
    }

    [Fact]
    public void LocalizingOverWords_IsRefused()
    {
        var folder = Copy("c");
        AssertRefusedAndKept(Cli.Run("localize", Cli.Sample, "--output", folder, "--force"), folder);
    }

    [Fact]
    public void GeneratingBesideOtherWords_KeepsThem()
    {
        var folder = Copy("c");
        var outcome = Cli.Run("generate", "--concepts", extraction.Folder, "--output", folder, "--force", "--prompt", "<asset0>", "--steps",
            "1", "--width", "32", "--height", "32");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        AssertKept(folder);
    }

    [Fact]
    public void ForcedResults_ReplaceThoseOfTheSameCommand_AndNothingElse()
    {
        var folder = Copy("c");
        File.WriteAllText(Path.Combine(folder, "masks", "notes.txt"), "mine");
        File.WriteAllText(Path.Combine(folder, "letter.txt"), "mine");
        string[] run = ["extract", Cli.Sample, "--output", folder + "/", "--force", "--max-concepts", "1", .. Short, .. Cli.QuickSearch];
        var outcome = Cli.Run(run);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Equal(["asset0.png", "notes.txt"], Directory.GetFiles(Path.Combine(folder, "masks")).Select(Path.GetFileName).Order());
        Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, "letter.txt")));
        Assert.False(Directory.Exists(Path.Combine(folder, "previews")));
    }

    [Theory]
    [InlineData("new/")]
    [InlineData("new/./")]
    [InlineData("a/../new")]
    [InlineData("with space/ünïcode")]
    [InlineData("图片/צעצועים")]
    [InlineData("CON/aux.txt:x")]
    public void ANewFolder_MayBeSpelledInManyWays(string spelling)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && spelling.Contains(':'), "Windows forbids this name");
        var outcome = Cli.Run("localize", Cli.Sample, "--output", $"{temp.Path}/{spelling}", "--resolution", "64", "--threads", "2");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.True(File.Exists(Path.Combine(temp.Path, spelling, "concepts.json")));
    }

    [Theory]
    [InlineData("{0}/")]
    [InlineData("{0}/.")]
    [InlineData("{0}/masks/..")]
    public void Words_AreReadHoweverTheirFolderIsSpelled(string spelling)
    {
        var outcome = Cli.Run("generate", "--concepts", string.Format(null, spelling, extraction.Folder), "--output", temp["drawn"],
            "--prompt", "<asset0>", "--steps", "1", "--width", "32", "--height", "32");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
    }

    void AssertRefusedAndKept(Cli.Outcome outcome, string folder)
    {
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        AssertKept(folder);
        Assert.Equal(Files(extraction.Folder), Files(folder));
    }

    void AssertKept(string folder) => Assert.All(Files(extraction.Folder), file =>
        Assert.Equal(File.ReadAllBytes(Path.Combine(extraction.Folder, file)), File.ReadAllBytes(Path.Combine(folder, file))));

    string Copy(string name)
    {
        foreach (var file in Files(extraction.Folder))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(temp[$"{name}/{file}"])!);
            File.Copy(Path.Combine(extraction.Folder, file), temp[$"{name}/{file}"]);
        }
        return temp[name];
    }

    static IReadOnlyList<string> Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))
            .Order(StringComparer.Ordinal)];

    public void Dispose() => temp.Dispose();
}

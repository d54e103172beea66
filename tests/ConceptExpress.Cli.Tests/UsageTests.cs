using System.CommandLine;
using ConceptExpress.Library.Runs;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void Version_IsOneLine()
    {
        var outcome = Cli.Run("--version");
        Assert.Equal((ExitCodes.Done, Product.Version + Environment.NewLine), (outcome.Code, outcome.Output));
        Assert.Matches(@"^\d+\.\d+\.\d+", outcome.Output);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_NamesEveryOption_AndFailsNothing(string path)
    {
        var command = path.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate((Command)Root, (command, name) => command.Subcommands.Single(sub => sub.Name == name));
        var outcome = Cli.Run([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((ExitCodes.Done, ""), (outcome.Code, outcome.Error));
        Assert.All(command.Options.Select(option => option.Name), name => Assert.Contains(name, outcome.Output));
        Assert.All(command.Subcommands, sub => Assert.Contains(sub.Name, outcome.Output));
        Assert.Contains("--verbose", outcome.Output);
    }

    static RootCommand Root => CommandLineApp.Root(new Session(TextWriter.Null, TextWriter.Null, Terminal: false, CancellationToken.None));

    public static TheoryData<string> Commands
    {
        get
        {
            static IEnumerable<string> Below(Command command, string path) =>
                command.Subcommands.SelectMany(sub => Below(sub, $"{path} {sub.Name}".Trim())).Prepend(path);
            return [.. Below(Root, "")];
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("frobnicate")]
    [InlineData("extract")]
    [InlineData("extract IMAGE")]
    [InlineData("extract IMAGE --output OUT --frobnicate")]
    [InlineData("extract IMAGE --output OUT --preset fast")]
    [InlineData("extract IMAGE --output OUT --steps 0")]
    [InlineData("extract IMAGE --output OUT --steps many")]
    [InlineData("extract IMAGE --output OUT --steps 3.5")]
    [InlineData("extract IMAGE --output OUT --steps 10 --merge-step 11")]
    [InlineData("extract IMAGE --output OUT --split-tokens 0")]
    [InlineData("extract IMAGE --output OUT --learning-rate 0")]
    [InlineData("extract IMAGE --output OUT --learning-rate NaN")]
    [InlineData("extract IMAGE --output OUT --batch-size 0")]
    [InlineData("extract IMAGE --output OUT --resolution 31")]
    [InlineData("extract IMAGE --output OUT --resolution 4096")]
    [InlineData("extract IMAGE --output OUT --max-concepts -1")]
    [InlineData("extract IMAGE --output OUT --min-concepts 0")]
    [InlineData("extract IMAGE --output OUT --min-concepts 3 --max-concepts 2")]
    [InlineData("localize IMAGE --output OUT --preset paper --min-concepts 2")]
    [InlineData("extract IMAGE --output OUT --masks OUT --min-concepts 2")]
    [InlineData("extract IMAGE --output OUT --seed -1")]
    [InlineData("extract IMAGE --output OUT --seed 1 --seed 2")]
    [InlineData("extract IMAGE --output OUT --device tpu")]
    [InlineData("extract IMAGE --output OUT --threads 0")]
    [InlineData("extract IMAGE --output OUT --precision int8")]
    [InlineData("extract IMAGE --output OUT --previews -1")]
    [InlineData("extract IMAGE --output OUT --exif maybe")]
    [InlineData("localize IMAGE --output OUT --steps 3")]
    [InlineData("toybox train --output OUT --stage vae --batch-size 2")]
    [InlineData("toybox train --output OUT --stage judge --small-share 0")]
    [InlineData("generate --output OUT")]
    [InlineData("generate --concepts OUT --output OUT")]
    [InlineData("generate --concepts OUT --prompt x --output OUT --sampler euler")]
    [InlineData("generate --concepts OUT --prompt x --output OUT --guidance NaN")]
    [InlineData("generate --concepts OUT --prompt x --output OUT --count 0")]
    [InlineData("generate --concepts OUT --prompt x --output OUT --width 20")]
    [InlineData("extract IMAGE --output OUT --steps ٣")]
    [InlineData("extract IMAGE --output OUT --set passes=3")]
    [InlineData("extract IMAGE --output OUT --set learning.passes")]
    [InlineData("extract IMAGE --output OUT --set learning.passes=many")]
    [InlineData("extract IMAGE --output OUT --set learning.passes=-1")]
    [InlineData("extract IMAGE --output OUT --set locating.kind=magic")]
    [InlineData("localize IMAGE --output OUT --settings OUT")]
    [InlineData("extract IMAGE --output OUT --masks OUT --max-concepts 2")]
    [InlineData("evaluate --output OUT")]
    [InlineData("evaluate --data toybox:2")]
    [InlineData("evaluate --data toybox:2 --output OUT --methods paper,magic")]
    [InlineData("evaluate --data toybox:2 --output OUT --methods paper,paper")]
    [InlineData("evaluate --data toybox:2 --output OUT --seeds 1,x")]
    [InlineData("evaluate --data toybox:2 --output OUT --seeds 1,1")]
    [InlineData("evaluate --data toybox:2 --output OUT --samples 0")]
    [InlineData("evaluate --data toybox:2 --output OUT --steps 3 --merge-step 4")]
    [InlineData("evaluate --data toybox:2 --output OUT --workers 0")]
    [InlineData("toybox")]
    [InlineData("toybox render")]
    [InlineData("toybox render --output OUT --count 0")]
    [InlineData("toybox render --output OUT --difficulty tricky")]
    [InlineData("toybox render --output OUT --toys 6")]
    [InlineData("toybox render --output OUT --size 16")]
    public void WrongCommandLine_IsRefusedInOneSentence(string line)
    {
        var args = line.Replace("IMAGE", Cli.Sample).Replace("OUT", temp["out"]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run(args));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void WrongValue_IsToldWithWhatWouldDo()
    {
        var outcome = Cli.Run("extract", Cli.Sample, "--output", temp["out"], "--steps", "many");
        Assert.Contains("--steps takes a whole number from 1 to", outcome.Error);
        Assert.Contains("'many'", outcome.Error);
    }

    [Fact]
    public void ResolutionThatTheModelCannotTake_IsRefused_WithOneThatItCan()
    {
        var outcome = Cli.Run("extract", Cli.Sample, "--output", temp["out"], "--resolution", "97");
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains("try 96", outcome.Error);
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    public void Dispose() => temp.Dispose();
}

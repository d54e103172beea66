using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>The least of everything that <c>extract</c> takes, wherever the merge falls.</summary>
public sealed class ShortestRunTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData("--steps 1", 0)]
    [InlineData("--steps 1 --merge-step 1", 1)]
    [InlineData("--steps 2 --merge-step 0", 0)]
    [InlineData("--steps 2 --merge-step 2 --split-tokens 1", 2)]
    [InlineData("--steps 2 --merge-step 1 --split-tokens 1 --max-concepts 1", 1)]
    public void Extract_LearnsAWordPerConcept(string options, int mergePass)
    {
        string[] small = ["--preset", "paper", "--resolution", "64", "--threads", "2", "--previews", "0"];
        var outcome = Cli.Run(["extract", Cli.Sample, "--output", temp["out"], .. small, .. options.Split(' ')]);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        var manifest = ConceptFolder.ReadManifest(temp["out"]);
        Assert.Equal(mergePass, manifest.Settings!.Learning.MergePass);
        Assert.InRange(manifest.Concepts.Count, 1, manifest.Settings.Locating.MaxConcepts ?? int.MaxValue);
        Assert.Equal(1 + Steps(manifest), File.ReadAllLines(temp[$"out/{ResultNames.Metrics}"]).Length);
        Assert.True(double.IsFinite(manifest.FinalLosses!["total"]));
        Assert.All(ConceptFolder.Open(temp["out"]).Words, word => Assert.All(word.Vectors[0], value => Assert.True(float.IsFinite(value))));
    }

    /// <summary>Optimizer steps: one per token and pass before the merge; then one per concept, and one for all of them.</summary>
    internal static int Steps(ConceptManifest manifest)
    {
        var (settings, concepts) = (manifest.Settings!.Learning, manifest.Concepts.Count);
        return settings.MergePass * settings.SplitTokens * concepts + (settings.Passes - settings.MergePass) * (concepts + 1);
    }

    public void Dispose() => temp.Dispose();
}

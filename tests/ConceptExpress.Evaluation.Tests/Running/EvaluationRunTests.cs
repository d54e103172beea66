using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Methods;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Library.Runs;
using ConceptExpress.Testing;

namespace ConceptExpress.Evaluation.Tests.Running;

/// <summary>Runs that are stopped, at a size that takes a second or two: localization of three small scenes.</summary>
public sealed class EvaluationRunTests : IDisposable
{
    const int Side = 64;

    static readonly IReadOnlyList<EvaluationPicture> pictures = [.. Enumerable.Range(0, 3).Select(i => new ToyboxData(3, 5, default).Read(i, Side))];

    readonly string root = Directory.CreateTempSubdirectory("evaluation-run").FullName;

    [Fact]
    public void ARunThatWasStopped_GoesOn_AndEndsAsOneThatWasNot()
    {
        var whole = new Watcher();
        Run("whole", whole, workers: 2);
        Assert.Equal((9, 9, 9), (whole.Items, whole.Missing, whole.Made));

        Assert.Throws<IOException>(() => Run("broken", new Watcher { FailAt = 4 }, workers: 1));
        Directory.CreateDirectory(Path.Combine(root, "broken", "items", ".unfinished-0123")); // as a killed process leaves it
        var rest = new Watcher();
        Run("broken", rest, workers: 1);
        Assert.Equal((9, 5, 5), (rest.Items, rest.Missing, rest.Made));
        Assert.Equal(Files("whole"), Files("broken"));
        Assert.All(Files("whole").Where(file => file != Timings.FileName), file =>
            Assert.True(Bytes("whole", file).AsSpan().SequenceEqual(Bytes("broken", file)), $"{file} differs"));
        Assert.Contains("\"meanBestIoU\"", File.ReadAllText(Path.Combine(root, "whole", EvaluationReport.Json)));
    }

    [Fact]
    public void MasksThatAreGiven_AreFoundAgain_UpToTheGrid()
    {
        var results = Run("given", new Watcher(), workers: 1);
        var given = results.Methods.Single(method => method.Name == "given-masks");
        Assert.Equal(1, given.Metrics["exactCount"].Mean);
        Assert.True(given.Metrics["meanBestIoU"].Mean > 0.7, $"{given.Metrics["meanBestIoU"]}");
        var recall = results.Methods.Select(method => method.Metrics["recall50"].Mean).ToList();
        Assert.Equal(recall[1] - recall[0], results.Comparisons[0].Differences["recall50"].Mean, 1e-12);
    }

    EvaluationResults Run(string folder, Watcher watcher, int workers)
    {
        var methods = new[] { "paper", "express", "given-masks" }.Select(name => EvaluationMethod.Find(name)!);
        var plan = new EvaluationPlan
        {
            Methods = [.. methods.Select(method => new PlannedMethod(method.Name, method.Settings with { Resolution = Side }))], Seeds = [1], LocalizationOnly = true,
        };
        var output = Directory.CreateDirectory(Path.Combine(root, folder)).FullName;
        var run = new EvaluationRun(plan, pictures, EvaluationTools.None, new ComputingRecord("model", "fp32", "cpu", 1), output);
        var timings = new Timings(output, Machine.Describe("cpu", 1));
        var results = run.Execute(() => StableDiffusion.Load(TestFolders.Toybox), workers, timings, watcher, TestContext.Current.CancellationToken);
        EvaluationReport.Write(output, results);
        return results;
    }

    byte[] Bytes(string folder, string file) => File.ReadAllBytes(Path.Combine(root, folder, file));

    IEnumerable<string> Files(string folder) => Directory.GetFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Path.Combine(root, folder), file)).Order(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(root, recursive: true);

    sealed class Watcher : IEvaluationWatcher
    {
        public int FailAt { get; init; } = int.MaxValue;
        public int Items { get; private set; }
        public int Missing { get; private set; }
        public int Made { get; private set; }

        public void Begin(int items, int missing) => (Items, Missing) = (items, missing);

        public void Done(string method, string picture)
        {
            if (++Made == FailAt) throw new IOException("the power went");
        }
    }
}

using System.Text.Json;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using ConceptExpress.Library.States;
using ConceptExpress.Testing;

namespace ConceptExpress.Evaluation.Tests.Running;

/// <summary>Thousands of damaged files of evaluations: each is read or refused, and costs little.</summary>
public sealed class ItemMutationTests : IDisposable
{
    const long MaxAllocated = 20_000_000;

    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void MutatedItems_AreReadOrRefused()
    {
        var store = new ItemStore(temp.Path);
        var score = new SceneScore
        {
            MeanBestIou = 0.5,
            Precision = 1,
            Recall = 0.5,
            F1 = 0.6,
            ExactCount = 0,
            CountError = 1,
            InstanceMergeRate = 0,
            BackgroundKeptRate = 0,
        };
        var record = new ItemRecord
        {
            Score = score,
            Truths = 2,
            Samples = 1,
            Concepts = [new("<asset0>", 0.2, 1.5, 1, 0.7), new("<asset1>", 0.1, 0.5, null, 0), new("<asset2>", 0.1, 0.5, 0, 0.6)],
            Pairs = [new(0, 2, [2, 3], [1, 2])],
        };
        store.Make("k", _ => record);
        var (path, original) = (store.PathOf("k", "item.json"), File.ReadAllText(store.PathOf("k", "item.json")));
        new MutationRun("item.json", 7, MaxAllocated, typeof(StateException)).Run((_, random) => Mutation.OfJson(original, random),
            (bytes, _) =>
            {
                File.WriteAllBytes(path, bytes);
                var read = store.Read("k");
                Assert.NotNull(MaskFigures.Of(read).Concepts);
                Assert.All(read.Pairs, pair => Assert.NotNull(read.Concepts[pair.First].Truth ?? read.Concepts[pair.Second].Truth));
            }, _ => path);
    }

    [Fact]
    public void MutatedLabels_AreReadOrRefused()
    {
        var original = """{"background":"sand","toys":[{"category":"duck","color":"red","box":[1,2]},{"category":"star","color":null}]}""";
        new MutationRun("scene.json", 8, MaxAllocated, typeof(DataSetException)).Run((_, random) => Mutation.OfJson(original, random),
            (bytes, _) =>
            {
                temp.Write("scene.json", bytes);
                ThingLabels.Read(temp.Path);
            });
    }

    [Fact]
    public void MutatedTimings_BeginAnew()
    {
        var machine = Machine.Describe("cpu", 2);
        new Timings(temp.Path, machine).Add("k", TimeSpan.FromSeconds(1));
        var (path, original) = (temp[Timings.FileName], File.ReadAllText(temp[Timings.FileName]));
        var random = new Random(9);
        for (var i = 0; i < 1000; i++)
        {
            File.WriteAllBytes(path, Mutation.OfJson(original, random));
            new Timings(temp.Path, machine).Add("n", TimeSpan.FromSeconds(2));
            Assert.Equal(2, JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("seconds").GetProperty("n").GetDouble());
        }
    }
}

using ConceptExpress.Testing;
using ConceptExpress.Testing.Tensors;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Toybox.Tests.Training;

public sealed class TrainingLogTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void AResumedTraining_GoesOn_WithoutGapsOrDoubles()
    {
        Log(first: 0, steps: 170); // killed after its last save at step 100
        Log(first: 100, steps: 100);
        Assert.Equal(Enumerable.Range(0, 200).Select(step => $"{step},{step}").Prepend("step,loss"), File.ReadAllLines(temp["vae.csv"]));
        // As TensorBoard joins files: what begins anew replaces what was there from this step on.
        List<(long Step, float Value)> points = [];
        foreach (var record in Directory.GetFiles(temp["tensorboard/vae"]).Order(StringComparer.Ordinal).SelectMany(EventRecords.Read))
        {
            if (record.Session is not null) points.RemoveAll(point => point.Step >= record.Step);
            points.AddRange(record.Values.Select(value => (record.Step, value.Scalar!.Value)));
        }
        Assert.Equal([(49, 24.5f), (99, 74.5f), (149, 124.5f), (199, 174.5f)], points); // means of 50 steps
    }

    void Log(int first, int steps)
    {
        using var log = new TrainingLog(temp.Path, "vae", first);
        for (var step = first; step < first + steps; step++) log.Add(step, new Dictionary<string, double> { ["loss"] = step });
    }

    public void Dispose() => temp.Dispose();
}

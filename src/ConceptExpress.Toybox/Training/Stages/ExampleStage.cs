using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training.Stages;

/// <summary>A stage whose examples are all drawn before the first step and kept in memory, and whose model is one file of half precision.</summary>
abstract class ExampleStage<TExample>(int count) : TrainingStage
{
    readonly TExample[] examples = new TExample[count];

    /// <summary>Where the model is.</summary>
    protected abstract string WeightsPath { get; }

    public override bool TrainsCheckpoint => false;

    /// <summary>Draws all examples, every worker a share of them.</summary>
    /// <param name="threads">The workers.</param>
    /// <param name="example">Draws one, by worker and index.</param>
    /// <param name="stop">Cancels.</param>
    protected void DrawAll(WorkerThreads threads, Func<int, int, TExample> example, CancellationToken stop) => threads.Run(worker =>
    {
        var (from, share) = threads.Share(worker, examples.Length);
        for (var i = (int)from; i < from + share; i++)
        {
            stop.ThrowIfCancellationRequested();
            examples[i] = example(worker, i);
        }
    });

    /// <summary>A step's examples; one may be among them twice.</summary>
    protected TExample[] Choose(RandomStream random) => [.. Enumerable.Range(0, BatchSize).Select(_ => examples[random.Integer(examples.Length)])];

    public override void Save(string folder, FlatParameters parameters, Tensor weights)
    {
        using var scope = NewDisposeScope();
        Directory.CreateDirectory(Path.GetDirectoryName(WeightsPath)!);
        SafeTensorsWriter.Write(WeightsPath, [.. parameters.Of(Name, weights).Select(item => (item.Name, item.Values.to(float16)))]);
    }
}

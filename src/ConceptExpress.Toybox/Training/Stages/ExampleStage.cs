using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training.Stages;

/// <summary>A stage that draws all examples before the first step, keeps them in memory, and writes its model as one fp16 file.</summary>
abstract class ExampleStage<TExample>(int count) : TrainingStage
{
    readonly TExample[] examples = new TExample[count];

    /// <summary>Path of the model's weight file.</summary>
    protected abstract string WeightsPath { get; }

    public override bool TrainsCheckpoint => false;

    /// <summary>Draws all examples; each worker draws its share.</summary>
    /// <param name="threads">The worker threads.</param>
    /// <param name="example">Draws one example, given the worker's number and the example's index.</param>
    /// <param name="stop">Cancels between examples.</param>
    protected void DrawAll(WorkerThreads threads, Func<int, int, TExample> example, CancellationToken stop) => threads.Run(worker =>
    {
        var (from, share) = threads.Share(worker, examples.Length);
        for (var i = (int)from; i < from + share; i++)
        {
            stop.ThrowIfCancellationRequested();
            examples[i] = example(worker, i);
        }
    });

    /// <summary>Chooses the examples of a step at random, with replacement.</summary>
    protected TExample[] Choose(RandomStream random) =>
        [.. Enumerable.Range(0, BatchSize).Select(_ => examples[random.Integer(examples.Length)])];

    public override void Save(string folder, FlatParameters parameters, Tensor weights)
    {
        using var scope = NewDisposeScope();
        Directory.CreateDirectory(Path.GetDirectoryName(WeightsPath)!);
        SafeTensorsWriter.Write(WeightsPath, [.. parameters.Of(Name, weights).Select(item => (item.Name, item.Values.to(float16)))],
            CheckpointPart.Metadata);
    }
}

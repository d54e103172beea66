using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training;

/// <summary>Where a replica of a model lives, and what it computes in.</summary>
sealed record Placing(Device Device, ComputePrecision Precision);

/// <summary>One part of the training: a model, its data and its loss. Knows nothing of optimizers, threads and files.</summary>
abstract class TrainingStage
{
    /// <summary>Names the stage's files and its streams of random numbers.</summary>
    public abstract string Name { get; }

    public abstract OptimizerSettings Optimizer { get; }

    /// <summary>Examples in a step.</summary>
    public abstract int BatchSize { get; }

    /// <summary>Steps where none are asked for.</summary>
    public abstract long DefaultSteps { get; }

    /// <summary>Whether it trains a part of the checkpoint, so that it can begin with a checkpoint's weights; the others always begin with random ones.</summary>
    public virtual bool TrainsCheckpoint => true;

    /// <summary>Makes what takes long and is needed in every step; called once, before the first step.</summary>
    /// <param name="placing">Where the models are.</param>
    /// <param name="threads">Who draws.</param>
    /// <param name="progress">Receives what is prepared.</param>
    /// <param name="stop">Cancels.</param>
    public virtual void Prepare(Placing placing, WorkerThreads threads, IProgress<ProgressEvent> progress, CancellationToken stop) { }

    /// <summary>A model with undefined weights.</summary>
    public abstract Replica NewReplica(Placing placing);

    /// <summary>What the whole batch of a step is made of, drawn from a stream of the step's own.</summary>
    /// <param name="step">0-based.</param>
    /// <param name="steps">Of the whole training.</param>
    /// <param name="random">The same at every try of this step.</param>
    public abstract TrainingBatch Draw(long step, long steps, RandomStream random);

    /// <summary>Writes the checkpoint's part that this stage trained.</summary>
    /// <param name="folder">In the layout of <see cref="Architecture"/>.</param>
    /// <param name="parameters">Of a replica.</param>
    /// <param name="weights">Their values, (n) fp32 on the CPU.</param>
    public abstract void Save(string folder, FlatParameters parameters, Tensor weights);
}

/// <summary>A model that learns, in one thread's hands.</summary>
abstract class Replica : IDisposable
{
    /// <summary>The modules that learn, each under the name that its files have.</summary>
    public abstract IReadOnlyList<(string Name, Module Module)> Modules { get; }

    /// <summary>A module made ready to learn at its place.</summary>
    protected static T Made<T>(Placing placing, ScalarType type, Func<T> create) where T : Module
    {
        using var place = Placement.Use(type, placing.Device);
        var module = create();
        if (placing.Device.type == TorchSharp.DeviceType.CPU) ExplicitKernel.UseIn(module);
        return module;
    }

    public void Dispose()
    {
        foreach (var (_, module) in Modules) module.Dispose();
    }
}

/// <summary>A step's examples.</summary>
abstract class TrainingBatch
{
    /// <summary>
    /// The loss of examples <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> - 1, summed and divided by the size of the whole batch,
    /// a scalar with a graph; and figures to log, summed and divided in the same way.
    /// </summary>
    public abstract (Tensor Loss, IReadOnlyDictionary<string, double> Figures) LossOf(Replica replica, int from, int count);
}

using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training;

/// <summary>Device and precision of a model's replica.</summary>
sealed record Placing(Device Device, ComputePrecision Precision);

/// <summary>One stage of the training: a model, its data and its loss. <see cref="StageTrainer"/> runs the steps.</summary>
abstract class TrainingStage
{
    /// <summary>Name of the stage, its files and its random streams.</summary>
    public abstract string Name { get; }

    /// <summary>Settings of the optimizer.</summary>
    public abstract OptimizerSettings Optimizer { get; }

    /// <summary>Examples per step, over all workers.</summary>
    public abstract int BatchSize { get; }

    /// <summary>Number of steps if the options give none.</summary>
    public abstract long DefaultSteps { get; }

    /// <summary>
    /// Whether the stage trains a part of the checkpoint and so can start from the weights of another one. Other stages always start from
    /// random weights.
    /// </summary>
    /// <value>The default is true.</value>
    public virtual bool TrainsCheckpoint => true;

    /// <summary>Sets the first weights of a module that starts from another checkpoint.</summary>
    /// <param name="from">Folder of that checkpoint.</param>
    /// <param name="name">The module's name.</param>
    /// <param name="module">The module whose weights are set.</param>
    /// <param name="random">Draws weights that the checkpoint lacks.</param>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The checkpoint does not fit, or is damaged.</exception>
    public virtual void StartFrom(string from, string name, Module module, RandomStream random) => CheckpointPart.Read(from, name, module);

    /// <summary>Prepares the data that all steps need, which may take minutes. Called once, before the first step.</summary>
    /// <param name="placing">Device and precision of the models.</param>
    /// <param name="threads">The threads that draw scenes.</param>
    /// <param name="progress">Receives notes on what is being prepared.</param>
    /// <param name="stop">Cancels the preparation.</param>
    public virtual void Prepare(Placing placing, WorkerThreads threads, IProgress<ProgressEvent> progress, CancellationToken stop) { }

    /// <summary>Makes a model whose weights are not set yet.</summary>
    public abstract Replica NewReplica(Placing placing);

    /// <summary>Draws the whole batch of a step.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="steps">Number of steps of the whole stage.</param>
    /// <param name="random">The step's own stream: it gives the same numbers if the step is repeated.</param>
    public abstract TrainingBatch Draw(long step, long steps, RandomStream random);

    /// <summary>Writes the model that this stage trains.</summary>
    /// <param name="folder">The checkpoint's folder, in the layout of <see cref="Architecture"/>.</param>
    /// <param name="parameters">The parameters of a replica: names and shapes.</param>
    /// <param name="weights">The values to write, (n) fp32 on the CPU.</param>
    public abstract void Save(string folder, FlatParameters parameters, Tensor weights);
}

/// <summary>One copy of the model in training, used by one thread.</summary>
abstract class Replica : IDisposable
{
    /// <summary>The modules in training, each with the name of its files.</summary>
    public abstract IReadOnlyList<(string Name, Module Module)> Modules { get; }

    /// <summary>Makes a module on the replica's device, ready for training.</summary>
    protected static T Made<T>(Placing placing, ScalarType type, Func<T> create) where T : Module
    {
        using var place = Placement.Use(type, placing.Device);
        var module = create();
        // docs/experiments/0004-attention-kernel-in-training.md. In fp32 the fused kernel is as fast on small grids, and faster on large
        // ones (experiment 36).
        if (placing.Device.type == TorchSharp.DeviceType.CPU && type == ScalarType.BFloat16) ExplicitKernel.UseIn(module);
        return module;
    }

    public void Dispose()
    {
        foreach (var (_, module) in Modules) module.Dispose();
    }
}

/// <summary>The examples of one step.</summary>
abstract class TrainingBatch
{
    /// <summary>
    /// The loss of examples <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> - 1: a scalar with a graph,
    /// summed over them and divided by the size of the whole batch. Also the metrics to log, summed and divided in the same way.
    /// </summary>
    public abstract (Tensor Loss, IReadOnlyDictionary<string, double> Figures) LossOf(Replica replica, int from, int count);
}

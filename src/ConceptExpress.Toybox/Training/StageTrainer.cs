using System.Diagnostics;
using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>For how long, from what and where a stage is trained.</summary>
sealed record TrainerSettings
{
    /// <summary>Optimizer steps of the whole stage. The learning rate schedule depends on it.</summary>
    public required long Steps { get; init; }

    /// <summary>Seed of initial weights and of the random numbers of every step.</summary>
    public required long Seed { get; init; }

    /// <summary>Number of replicas that train in parallel, each on its own thread with its share of every batch.</summary>
    public required int Workers { get; init; }

    /// <summary>Device and precision of the replicas.</summary>
    public required Placing Placing { get; init; }

    /// <summary>Time between two saves of the state.</summary>
    /// <value>The default value is 10 minutes.</value>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time after which the state is saved and the training stops, even if steps are left; null is no limit.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>
    /// A checkpoint whose weights a new training starts from if the stage trains a part of it; null starts from random weights.
    /// </summary>
    public string? From { get; init; }
}

/// <summary>
/// Trains a stage step by step. The state on disk (weights, moments, average, number of steps) and the seed determine everything that
/// follows, because every step has its own random stream. An interrupted training continues from its last state and ends with the same
/// bytes.
/// </summary>
sealed class StageTrainer(TrainingStage stage, TrainerSettings settings, string folder)
{
    const string StepKey = "step";

    string StatePath => Path.Combine(folder, $"{stage.Name}.state.safetensors");

    /// <summary>Number of finished steps according to the state on disk; 0 if there is no state.</summary>
    public long StepsDone
    {
        get
        {
            if (!File.Exists(StatePath)) return 0;
            using var file = SafeTensorsFile.Open(StatePath);
            return StepOf(file);
        }
    }

    /// <summary>Trains until the last step or the time limit.</summary>
    /// <param name="progress">Receives the phase, every step and notes. Saved checkpoints go to <paramref name="saved"/>.</param>
    /// <param name="saved">Called after each save of the state, with a replica's parameters, their averaged values and the number of
    /// steps.</param>
    /// <param name="stop">Cancels between steps; the state is saved first.</param>
    /// <returns>True if the last step was reached, false if the time limit came first.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the state was saved.</exception>
    /// <exception cref="InvalidOperationException">A gradient is not finite.</exception>
    public bool Run(IProgress<ProgressEvent> progress, Action<FlatParameters, Tensor, long> saved, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var threads = new WorkerThreads(settings.Workers);
        var replicas = Enumerable.Range(0, settings.Workers).Select(_ => stage.NewReplica(settings.Placing)).ToArray();
        var parameters = replicas.Select(replica => new FlatParameters(replica.Modules)).ToArray();
        var gradients = parameters.Select(p => zeros(p.Length, device: p.Device)).ToArray();
        var (optimizer, first) = Begin(replicas[0], parameters[0]);
        using var disposing = optimizer;
        Prepare(threads, progress, stop);
        progress.Report(new PhaseBegan($"train {stage.Name}", (int)Math.Min(settings.Steps - first, int.MaxValue)));
        using var log = new TrainingLog(folder, stage.Name, first);

        void Save(long done)
        {
            Write(optimizer, done);
            log.Flush();
            using var average = optimizer.Average.cpu();
            saved(parameters[0], average, done);
        }

        var (clock, lastSave) = (Stopwatch.StartNew(), TimeSpan.Zero);
        for (var step = first; step < settings.Steps; step++)
        {
            if (stop.IsCancellationRequested || clock.Elapsed > settings.Limit)
            {
                Save(step);
                stop.ThrowIfCancellationRequested();
                return false;
            }
            var figures = Step(step, threads, replicas, parameters, gradients, optimizer);
            log.Add(step, figures);
            progress.Report(new TrainingProgress(stage.Name, step + 1, settings.Steps, figures));
            if (step + 1 == settings.Steps || clock.Elapsed - lastSave < settings.SaveEvery) continue;
            Save(step + 1);
            lastSave = clock.Elapsed;
        }
        Save(settings.Steps);
        foreach (var replica in replicas) replica.Dispose();
        return true;
    }

    // Scenes are drawn on the CPU. If the models are on another device, all CPU cores can draw.
    void Prepare(WorkerThreads threads, IProgress<ProgressEvent> progress, CancellationToken stop)
    {
        if (settings.Placing.Device.type == DeviceType.CPU)
        {
            stage.Prepare(settings.Placing, threads, progress, stop);
            return;
        }
        using var drawers = new WorkerThreads(Environment.ProcessorCount);
        stage.Prepare(settings.Placing, drawers, progress, stop);
    }

    IReadOnlyDictionary<string, double> Step(long step, WorkerThreads threads, Replica[] replicas, FlatParameters[] parameters,
        Tensor[] gradients, FlatAdamW optimizer)
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(settings.Seed, $"{stage.Name} {step}");
        var batch = stage.Draw(step, settings.Steps, random);
        var figures = new IReadOnlyDictionary<string, double>[threads.Count];
        var squares = new double[threads.Count];
        threads.Run(worker =>
        {
            var (from, count) = threads.Share(worker, stage.BatchSize);
            parameters[worker].Write(optimizer.Weights);
            var (loss, logged) = batch.LossOf(replicas[worker], (int)from, (int)count);
            loss.backward();
            parameters[worker].TakeGradients(gradients[worker]);
            figures[worker] = new Dictionary<string, double>(logged) { ["loss"] = loss.item<float>() };
        });
        var length = parameters[0].Length;
        threads.Run(worker =>
        {
            var (from, count) = threads.Share(worker, length);
            var sum = gradients[0].narrow(0, from, count);
            for (var other = 1; other < threads.Count; other++) sum.add_(gradients[other].narrow(0, from, count));
            squares[worker] = sum.square().sum().item<float>();
        });
        var norm = Math.Sqrt(squares.Sum());
        var rate = stage.Optimizer.RateAt(step, settings.Steps);
        if (!double.IsFinite(norm))
            throw new InvalidOperationException($"The gradient of step {step} of stage {stage.Name} is not finite.");
        threads.Run(worker =>
        {
            var (from, count) = threads.Share(worker, length);
            optimizer.Update(gradients[0], Math.Min(1, stage.Optimizer.GradientNorm / (norm + 1e-12)), rate, step, from, count);
        });
        var total = new Dictionary<string, double>();
        foreach (var (name, value) in figures.SelectMany(worker => worker)) total[name] = total.GetValueOrDefault(name) + value;
        (total["gradientNorm"], total["learningRate"]) = (norm, rate);
        return total;
    }

    (FlatAdamW Optimizer, long Step) Begin(Replica replica, FlatParameters parameters)
    {
        var device = settings.Placing.Device;
        if (!File.Exists(StatePath))
        {
            using var random = new RandomStream(settings.Seed, $"{stage.Name} first weights");
            foreach (var (name, module) in replica.Modules)
            {
                if (settings.From is { } from && stage.TrainsCheckpoint) stage.StartFrom(from, name, module, random);
                else Initialisation.Fill(module, random);
            }
            return (FlatAdamW.Fresh(stage.Optimizer, parameters.Read()), 0);
        }
        using var file = SafeTensorsFile.Open(StatePath);
        Tensor Vector(string name)
        {
            var vector = file.Read(name);
            return vector.shape is [var length] && length == parameters.Length
                ? vector.to(device)
                : throw new CheckpointException(
                    $"{StatePath} belongs to another model: tensor {name} does not have {parameters.Length} values; start again in another "
                    + "folder.");
        }
        return (new FlatAdamW(stage.Optimizer, Vector("weights"), Vector("first"), Vector("second"), Vector("average")), StepOf(file));
    }

    static long StepOf(SafeTensorsFile file) => long.Parse(file.Metadata[StepKey], CultureInfo.InvariantCulture);

    void Write(FlatAdamW optimizer, long done) => SafeTensorsWriter.Write(StatePath,
        [("weights", optimizer.Weights), ("first", optimizer.First), ("second", optimizer.Second), ("average", optimizer.Average)],
        new Dictionary<string, string> { [StepKey] = done.ToString(CultureInfo.InvariantCulture) });
}

/// <summary>Reports a finished optimizer step.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Done">Number of finished steps.</param>
/// <param name="Steps">Number of steps of the whole stage.</param>
/// <param name="Figures">The loss and the other metrics of the stage, by name.</param>
sealed record TrainingProgress(string Stage, long Done, long Steps, IReadOnlyDictionary<string, double> Figures) : Advanced;

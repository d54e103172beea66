using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training.Stages;

// Shapes: B batch, h x w latent grid

/// <summary>Settings of the training of UNet and text encoder.</summary>
sealed record DiffusionStageSettings
{
    /// <summary>Peak learning rate.</summary>
    /// <value>The default is 7e-4.</value>
    public double LearningRate { get; init; } = 7e-4;

    /// <summary>Examples per step.</summary>
    /// <value>The default is 32.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Number of optimizer steps.</summary>
    /// <value>The default is 10000.</value>
    public long Steps { get; init; } = 10000;

    /// <summary>
    /// Number of scenes at two thirds of the resolution, for the first part of the training: a step costs less than half.
    /// </summary>
    /// <value>The default is 40000.</value>
    public int SmallScenes { get; init; } = 40000;

    /// <summary>Number of scenes at full resolution, for the last part of the training.</summary>
    /// <value>The default is 16000.</value>
    public int LargeScenes { get; init; } = 16000;

    /// <summary>Share of the steps that use the smaller pictures, 0 to 1.</summary>
    /// <value>The default is 0.6.</value>
    public double SmallShare { get; init; } = 0.6;

    /// <summary>
    /// Share of the examples that are drawn only from the middle half of the schedule, where it is decided what a thing is. The others are
    /// spread evenly over the whole schedule.
    /// </summary>
    /// <value>The default is 0.5.</value>
    public double MiddleShare { get; init; } = 0.5;

    /// <summary>Maximum signal-to-noise ratio in the loss weights (the gamma of Min-SNR). Less noisy examples count less.</summary>
    /// <value>The default is 5.</value>
    public double MaxRatio { get; init; } = 5;

    /// <summary>Minimum weight of an example in the loss.</summary>
    /// <value>The default is 0.1.</value>
    public double MinWeight { get; init; } = 0.1;

    /// <summary>Small numbers for tests.</summary>
    public static DiffusionStageSettings Tiny { get; } = new() { BatchSize = 4, Steps = 60, SmallScenes = 16, LargeScenes = 8 };
}

/// <summary>Trains the UNet and its text encoder by denoising ("High-Resolution Image Synthesis with Latent Diffusion Models").</summary>
sealed class DiffusionStage(Architecture architecture, string checkpoint, DiffusionStageSettings settings, ulong seed) : TrainingStage
{
    LatentPool[] pools = [];

    public override string Name => "diffusion";
    public override OptimizerSettings Optimizer { get; } = new() { LearningRate = settings.LearningRate, Average = 0.999 };
    public override int BatchSize => settings.BatchSize;
    public override long DefaultSteps => settings.Steps;

    public override void StartFrom(string from, string name, Module module, RandomStream random) =>
        new Growth(from, checkpoint).Fill(name, module, random);

    public override void Prepare(Placing placing, WorkerThreads threads, IProgress<ProgressEvent> progress, CancellationToken stop)
    {
        AutoencoderKL[] encoders = [.. Enumerable.Range(0, threads.Count)
            .Select(_ => StableDiffusion.LoadVae(checkpoint, placing.Precision, placing.Device))];
        var store = new LatentStore(checkpoint, encoders, threads, progress);
        Func<int, SceneSettings> mix = architecture.Counts ? SceneMix.Counting : SceneMix.Diffusion;
        LatentPool Pool(ulong first, int count, int side) => store.Pool(first, count, side, mix, stop);
        pools =
        [
            .. settings.SmallScenes > 0 ? [Pool(seed, settings.SmallScenes, architecture.SmallSide)] : Array.Empty<LatentPool>(),
            Pool(seed + (ulong)settings.SmallScenes, settings.LargeScenes, architecture.Resolution),
        ];
        foreach (var encoder in encoders) encoder.Dispose();
    }

    public override Replica NewReplica(Placing placing) => new DiffusionReplica(architecture, placing);

    public override TrainingBatch Draw(long step, long steps, RandomStream random)
    {
        var pool = step < steps * settings.SmallShare ? pools[0] : pools[^1];
        var writer = new CaptionWriter(architecture.Tokenizer, architecture.Counts);
        var (indices, captions, timesteps) = (new long[BatchSize], new Caption[BatchSize], new long[BatchSize]);
        using var uniform = random.Uniform([1], CPU);
        var offset = uniform.item<float>();
        for (var i = 0; i < BatchSize; i++)
        {
            indices[i] = random.Integer(pool.Scenes.Count);
            captions[i] = writer.Write(pool.Scenes[(int)indices[i]], random);
            timesteps[i] = (long)(Time((i + offset) / BatchSize) * architecture.Schedule.TrainTimesteps);
        }
        return new DiffusionBatch(architecture.Schedule, settings, captions, timesteps)
        {
            Latents = pool.Latents(indices),
            Noise = random.Normal([BatchSize, .. pool.Shape], CPU),
        };
    }

    // Maps 0..1 to 0..1 of the schedule. The examples of a batch cover 0..1 evenly, so every batch has all noise levels; the middle half of
    // the schedule gets more examples than its share.
    double Time(double place)
    {
        var outer = (1 - settings.MiddleShare) / 4; // share of the examples in each outer quarter
        return place < outer
            ? place / outer / 4
            : place >= 1 - outer ? 1 - (1 - place) / outer / 4
            : 0.25 + (place - outer) / (1 - 2 * outer) / 2;
    }

    public override void Save(string folder, FlatParameters parameters, Tensor weights)
    {
        CheckpointPart.Write(folder, "unet", parameters, weights);
        CheckpointPart.Write(folder, "text_encoder", parameters, weights);
    }
}

/// <summary>One copy of UNet and text encoder.</summary>
sealed class DiffusionReplica : Replica
{
    public DiffusionReplica(Architecture architecture, Placing placing)
    {
        Text = Made(placing, ScalarType.Float32, () => new ClipTextModel(architecture.Text));
        Unet = Made(placing, placing.Precision.Type(), () => new UNet2DConditionModel(architecture.Unet));
    }

    public ClipTextModel Text { get; }
    public UNet2DConditionModel Unet { get; }
    public override IReadOnlyList<(string Name, Module Module)> Modules => [("text_encoder", Text), ("unet", Unet)];
}

/// <summary>The denoising loss of a batch.</summary>
sealed class DiffusionBatch(NoiseSchedule schedule, DiffusionStageSettings settings, Caption[] captions, long[] timesteps) : TrainingBatch
{
    /// <summary>(B,4,h,w) clean latents, scaled.</summary>
    public required Tensor Latents { get; init; }

    /// <summary>(B,4,h,w) standard normal noise, on the CPU.</summary>
    public required Tensor Noise { get; init; }

    public override (Tensor Loss, IReadOnlyDictionary<string, double> Figures) LossOf(Replica replica, int from, int count)
    {
        using var scope = NewDisposeScope();
        var model = (DiffusionReplica)replica;
        var device = model.Text.Vocabulary.device;
        var (z0, noise) = (Latents.narrow(0, from, count).to(device), Noise.narrow(0, from, count).to(device));
        var times = tensor(timesteps.AsSpan(from, count).ToArray(), device: device);
        var context = model.Text.call(CaptionWriter.Embed(captions[from..(from + count)], model.Text.Vocabulary));
        var predicted = model.Unet.call(schedule.AddNoise(z0, noise, times), times, new TextConditioning(context));
        var wanted = schedule.TargetOf(z0, noise, times);
        var errors = (predicted - wanted).square().mean([1, 2, 3]);
        var weights = tensor([.. timesteps.Skip(from).Take(count).Select(Weight)], device: device);
        var loss = (errors * weights).sum() / captions.Length;
        var plain = errors.detach().sum() / captions.Length;
        return (loss.MoveToOuterDisposeScope(), new Dictionary<string, double> { ["squaredError"] = plain.item<float>() });
    }

    /// <summary>
    /// The loss weight of a timestep ("Efficient Diffusion Training via Min-SNR Weighting Strategy"), with a minimum. If the model predicts
    /// noise, a factor of at most 8 converts the error to that of the velocity, so that very noisy examples, which decide the layout, count
    /// as much.
    /// </summary>
    float Weight(long timestep)
    {
        var alphaBar = schedule.AlphaBar(timestep);
        var ratio = alphaBar / (1 - alphaBar);
        var weight = Math.Max(Math.Min(ratio, settings.MaxRatio) / ratio, settings.MinWeight);
        return (float)(schedule.PredictionType == PredictionType.Velocity ? weight : weight * Math.Min((ratio + 1) / ratio, 8));
    }
}

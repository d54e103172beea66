using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training.Stages;

// Shapes: B batch, M text positions, E text width, h x w latent grid

/// <summary>How UNet and text encoder are trained.</summary>
sealed record DiffusionStageSettings
{
    public double LearningRate { get; init; } = 7e-4;
    public int BatchSize { get; init; } = 32;
    public long Steps { get; init; } = 10000;

    /// <summary>Scenes drawn at two thirds of the resolution, where a step costs less than half; the first part of the training sees them.</summary>
    public int SmallScenes { get; init; } = 40000;

    /// <summary>Scenes drawn at the resolution, which the last part sees.</summary>
    public int LargeScenes { get; init; } = 16000;

    /// <summary>Share of the steps on the smaller pictures.</summary>
    public double SmallShare { get; init; } = 0.6;

    /// <summary>
    /// Share of the examples whose timestep lies in the middle half of the schedule, where it is decided what a thing is; the others are spread over all of it.
    /// </summary>
    public double MiddleShare { get; init; } = 0.5;

    /// <summary>The largest signal-to-noise ratio that counts in full.</summary>
    public double LargestRatio { get; init; } = 5;

    /// <summary>The least that an example counts.</summary>
    public double LeastWeight { get; init; } = 0.1;

    /// <summary>For tests.</summary>
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

    public override void Prepare(Placing placing, WorkerThreads threads, IProgress<ProgressEvent> progress, CancellationToken stop)
    {
        AutoencoderKL[] encoders = [.. Enumerable.Range(0, threads.Count).Select(_ => StableDiffusion.LoadVae(checkpoint, placing.Precision, placing.Device))];
        var store = new LatentStore(checkpoint, encoders, threads, progress);
        LatentPool Pool(ulong first, int count, int side) => store.Pool(first, count, side, SceneMix.Diffusion, stop);
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
        var writer = new CaptionWriter(architecture.Tokenizer);
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
            Latents = pool.Latents(indices), Noise = random.Normal([BatchSize, .. pool.Shape], CPU),
        };
    }

    // Examples take equal spans of 0..1, which spreads every batch over all noises; the middle half of the schedule gets more than its share of them.
    double Time(double place)
    {
        var outer = (1 - settings.MiddleShare) / 4; // of each of the other quarters
        return place < outer ? place / outer / 4
            : place >= 1 - outer ? 1 - (1 - place) / outer / 4
            : 0.25 + (place - outer) / (1 - 2 * outer) / 2;
    }

    public override void Save(string folder, FlatParameters parameters, Tensor weights)
    {
        CheckpointPart.Write(folder, "unet", parameters, weights);
        CheckpointPart.Write(folder, "text_encoder", parameters, weights);
    }
}

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

sealed class DiffusionBatch(NoiseSchedule schedule, DiffusionStageSettings settings, Caption[] captions, long[] timesteps) : TrainingBatch
{
    /// <summary>(B,4,h,w).</summary>
    public required Tensor Latents { get; init; }

    /// <summary>(B,4,h,w) standard normal, on the CPU.</summary>
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
    /// "Efficient Diffusion Training via Min-SNR Weighting Strategy", with a floor. For the noise, the error is first made the velocity's, so that
    /// very noisy examples, which decide what is where, count as much.
    /// </summary>
    float Weight(long timestep)
    {
        var alphaBar = schedule.AlphaBar(timestep);
        var ratio = alphaBar / (1 - alphaBar);
        var weight = Math.Max(Math.Min(ratio, settings.LargestRatio) / ratio, settings.LeastWeight);
        return (float)(schedule.PredictionType == PredictionType.Velocity ? weight : weight * Math.Min((ratio + 1) / ratio, 8));
    }
}

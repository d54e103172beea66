using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Vae;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training.Stages;

/// <summary>Trains the autoencoder, which maps pictures to small noisy latents and back ("Auto-Encoding Variational Bayes").</summary>
sealed class VaeStage(Architecture architecture, VaeStageSettings settings, ulong seed) : TrainingStage
{
    const int Measured = 128;

    ScenePool[] pools = [];

    public override string Name => "vae";
    public override OptimizerSettings Optimizer { get; } = new() { LearningRate = settings.LearningRate, Average = 0.998, WarmUp = 200 };
    public override int BatchSize => settings.BatchSize;
    public override long DefaultSteps => settings.Steps;

    public override void Prepare(Placing placing, WorkerThreads threads, IProgress<ProgressEvent> progress, CancellationToken stop)
    {
        progress.Report(new Noted($"Drawing {settings.SmallScenes} + {settings.LargeScenes} scenes"));
        pools =
        [
            ScenePool.Draw(seed, settings.SmallScenes, architecture.SmallSide, SceneMix.Diffusion, threads, stop),
            ScenePool.Draw(seed + (ulong)settings.SmallScenes, settings.LargeScenes, architecture.Resolution, SceneMix.Diffusion, threads,
                stop),
        ];
    }

    public override Replica NewReplica(Placing placing) => new VaeReplica(architecture.Vae, placing);

    public override TrainingBatch Draw(long step, long steps, RandomStream random)
    {
        var pool = pools[step < steps * settings.SmallShare ? 0 : 1];
        var (indices, mirrored) = (new long[BatchSize], new bool[BatchSize]);
        for (var i = 0; i < BatchSize; i++) (indices[i], mirrored[i]) = (random.Integer(pool.Count), random.Coin());
        var cells = pool.Side / architecture.Vae.Downscale;
        return new VaeBatch(pool, indices, mirrored, random.Normal([BatchSize, architecture.Vae.LatentChannels, cells, cells], CPU),
            settings);
    }

    public override void Save(string folder, FlatParameters parameters, Tensor weights)
    {
        CheckpointPart.Write(folder, "vae", parameters, weights);
        architecture.WriteScalingFactor(1 / LatentDeviation(weights));
    }

    // Standard deviation of the posterior means, from which the UNet will learn.
    double LatentDeviation(Tensor weights)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var replica = new VaeReplica(architecture.Vae, new Placing(CPU, ComputePrecision.Fp32));
        new FlatParameters(replica.Modules).Write(weights);
        var pool = pools[^1];
        var indices = Enumerable.Range(0, Math.Min(pool.Count, Measured)).Select(i => (long)i).ToArray();
        return replica.Vae.Encode(pool.Pictures(indices, new bool[indices.Length], CPU)).Mean.std().item<float>();
    }
}

/// <summary>Settings of the autoencoder's training.</summary>
sealed record VaeStageSettings
{
    /// <summary>Peak learning rate.</summary>
    /// <value>The default is 1.5e-3.</value>
    public double LearningRate { get; init; } = 1.5e-3;

    /// <summary>Examples per step.</summary>
    /// <value>The default is 16.</value>
    public int BatchSize { get; init; } = 16;

    /// <summary>Number of optimizer steps.</summary>
    /// <value>The default is 2600.</value>
    public long Steps { get; init; } = 2600;

    /// <summary>Number of scenes at two thirds of the resolution, for the first part of the training.</summary>
    /// <value>The default is 16000.</value>
    public int SmallScenes { get; init; } = 16000;

    /// <summary>Number of scenes at full resolution, for the last part of the training.</summary>
    /// <value>The default is 8000.</value>
    public int LargeScenes { get; init; } = 8000;

    /// <summary>Share of the steps that use the smaller pictures, 0 to 1.</summary>
    /// <value>The default is 0.75.</value>
    public double SmallShare { get; init; } = 0.75;

    /// <summary>
    /// Weight of the KL divergence between posterior and standard normal distribution, averaged over the latent's values.
    /// </summary>
    /// <value>The default is 5e-4.</value>
    public double Divergence { get; init; } = 5e-4;

    /// <summary>Weight of the error in the differences between neighboring pixels. It keeps outlines sharp.</summary>
    /// <value>The default is 1.</value>
    public double Edges { get; init; } = 1;

    /// <summary>Small numbers for tests.</summary>
    public static VaeStageSettings Tiny { get; } = new() { BatchSize = 4, Steps = 60, SmallScenes = 16, LargeScenes = 8 };
}

/// <summary>One copy of the autoencoder, with a scaling factor of 1.</summary>
sealed class VaeReplica : Replica
{
    public VaeReplica(VaeConfig config, Placing placing) =>
        Vae = Made(placing, placing.Precision.Type(), () => new AutoencoderKL(config with { ScalingFactor = 1 }));

    public AutoencoderKL Vae { get; }
    public override IReadOnlyList<(string Name, Module Module)> Modules => [("vae", Vae)];
}

/// <summary>The autoencoder's loss: absolute and squared error, edge error and KL divergence.</summary>
sealed class VaeBatch(ScenePool pool, long[] indices, bool[] mirrored, Tensor noise, VaeStageSettings settings) : TrainingBatch
{
    public override (Tensor Loss, IReadOnlyDictionary<string, double> Figures) LossOf(Replica replica, int from, int count)
    {
        using var scope = NewDisposeScope();
        var vae = ((VaeReplica)replica).Vae;
        var device = vae.parameters().First().device;
        var picture = pool.Pictures(indices.AsSpan(from, count), mirrored.AsSpan(from, count), device);
        var posterior = vae.Encode(picture);
        var drawn = vae.Decode(posterior.Sample(noise.narrow(0, from, count).to(device)));
        var error = drawn - picture;
        var (square, edges) = (error.square().mean(), Across(error) + Down(error));
        var divergence = 0.5 * (posterior.Mean.square() + posterior.LogVariance.exp() - 1 - posterior.LogVariance).mean();
        var share = (double)count / indices.Length;
        var loss = (error.abs().mean() + square + settings.Edges * edges + settings.Divergence * divergence) * share;
        var figures = new Dictionary<string, double>
        {
            ["squaredError"] = square.item<float>() * share,
            ["edges"] = edges.item<float>() * share,
            ["divergence"] = divergence.item<float>() * share,
        };
        return (loss.MoveToOuterDisposeScope(), figures);
    }

    // Mean absolute error of the differences between neighbors. Differences are linear, so it is the mean absolute difference of the error.
    static Tensor Across(Tensor error) => (error.narrow(3, 1, error.shape[3] - 1) - error.narrow(3, 0, error.shape[3] - 1)).abs().mean();
    static Tensor Down(Tensor error) => (error.narrow(2, 1, error.shape[2] - 1) - error.narrow(2, 0, error.shape[2] - 1)).abs().mean();
}

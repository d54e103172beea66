using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Encoders.Clip;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training.Stages;

// Shapes: S side in pixels

/// <summary>Settings of the CLIP pair's training.</summary>
sealed record ClipStageSettings
{
    /// <summary>Peak learning rate.</summary>
    /// <value>The default is 1e-3.</value>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Examples per step. Each worker compares captions only within its share of them.</summary>
    /// <value>The default is 128.</value>
    public int BatchSize { get; init; } = 128;

    /// <summary>Number of optimizer steps.</summary>
    /// <value>The default is 1500.</value>
    public long Steps { get; init; } = 1500;

    /// <summary>Number of examples that are whole scenes with their captions.</summary>
    /// <value>The default is 16000.</value>
    public int Wholes { get; init; } = 16000;

    /// <summary>
    /// Number of examples that are toys cut out of scenes, with a caption each. Concepts are compared with such cut-outs.
    /// </summary>
    /// <value>The default is 12000.</value>
    public int Parts { get; init; } = 12000;

    /// <summary>Maximum factor that turns cosines into logits, as in CLIP.</summary>
    /// <value>The default is 100.</value>
    public double MaxScale { get; init; } = 100;

    /// <summary>Small numbers for tests.</summary>
    public static ClipStageSettings Tiny { get; } = new() { BatchSize = 8, Steps = 60, Wholes = 12, Parts = 12 };
}

/// <summary>
/// Trains a CLIP pair ("Learning Transferable Visual Models From Natural Language Supervision"). Its image encoder is used in evaluations.
/// </summary>
sealed class ClipStage(Architecture architecture, string folder, ClipStageSettings settings, ulong seed)
    : ExampleStage<ClipExample>(settings.Wholes + settings.Parts)
{
    public override string Name => "clip";
    public override OptimizerSettings Optimizer { get; } = new()
    {
        LearningRate = settings.LearningRate,
        Average = 0.998,
        WarmUp = 200,
        WeightDecay = 0.1
    };
    public override int BatchSize => settings.BatchSize;
    public override long DefaultSteps => settings.Steps;
    protected override string WeightsPath => Path.Combine(folder, CheckpointPart.TextFile);

    public override void Prepare(Placing placing, WorkerThreads threads, IProgress<ProgressEvent> progress, CancellationToken stop)
    {
        progress.Report(new Noted($"Drawing {settings.Wholes} scenes and cutting out {settings.Parts} toys"));
        DrawAll(threads, (_, index) => Example(index), stop);
    }

    ClipExample Example(int index)
    {
        var whole = index < settings.Wholes;
        var scene = SceneComposer.Compose(seed + (ulong)index, whole ? SceneMix.Diffusion(index) : SceneMix.SeveralToys(index));
        var rendered = SceneRenderer.Render(scene, architecture.Clip.Vision.ImageSize);
        if (whole)
            return new ClipExample(rendered.Picture.Pixels.ToArray(), Ids(scene.Caption),
                Ids(scene.Caption[..scene.Caption.LastIndexOf(" on ", StringComparison.Ordinal)]));
        var which = index / 2 % scene.Toys.Count;
        var side = architecture.Clip.Vision.ImageSize;
        var cut = ImageResizer.Resize(CutOut.Of(rendered.Picture, rendered.Masks[which], Judge.Side), PixelSize.Square(side),
            ResizeFilter.Bilinear);
        var ids = Ids($"a photo of {scene.Toys[which].Phrase}");
        return new ClipExample(cut.Pixels.ToArray(), ids, ids);
    }

    long[] Ids(string caption) => architecture.Tokenizer.Encode(caption).Ids;

    public override Replica NewReplica(Placing placing) => new ClipReplica(architecture.Clip, placing);

    public override TrainingBatch Draw(long step, long steps, RandomStream random)
    {
        var chosen = Choose(random);
        return new ClipBatch(chosen, [.. chosen.Select(_ => random.Coin())], [.. chosen.Select(_ => random.Integer(4) == 0)],
            architecture.Clip.Vision.ImageSize, settings);
    }

    public override void Save(string checkpoint, FlatParameters parameters, Tensor weights)
    {
        architecture.WriteClip(Directory.CreateDirectory(folder).FullName);
        base.Save(checkpoint, parameters, weights);
    }
}

/// <summary>A picture and its captions.</summary>
/// <param name="Pixels">(S,S,3) bytes.</param>
/// <param name="Caption">Token ids of the full caption.</param>
/// <param name="ShortCaption">Token ids of the caption without the background; the same as the full one for a cut-out.</param>
sealed record ClipExample(byte[] Pixels, long[] Caption, long[] ShortCaption);

/// <summary>One copy of the CLIP pair.</summary>
sealed class ClipReplica : Replica
{
    public ClipReplica(ClipConfig config, Placing placing) => Clip = Made(placing, placing.Precision.Type(), () => new ClipModel(config));

    public ClipModel Clip { get; }
    public override IReadOnlyList<(string Name, Module Module)> Modules => [("clip", Clip)];
}

/// <summary>The contrastive loss of pictures and captions, in both directions.</summary>
sealed class ClipBatch(ClipExample[] examples, bool[] mirrored, bool[] shortened, int side, ClipStageSettings settings) : TrainingBatch
{
    public override (Tensor Loss, IReadOnlyDictionary<string, double> Figures) LossOf(Replica replica, int from, int count)
    {
        using var scope = NewDisposeScope();
        var clip = ((ClipReplica)replica).Clip;
        var (device, type) = (clip.LogitScale.device, clip.LogitScale.dtype);
        var mine = examples[from..(from + count)];
        var bytes = mine.SelectMany(example => example.Pixels).ToArray();
        var pictures = PixelTensor.Scaled(PixelTensor.Bytes(bytes, count, PixelSize.Square(side)), device);
        var ids = mine.SelectMany((example, i) => shortened[from + i] ? example.ShortCaption : example.Caption).ToArray();
        var seen = clip.ImageFeatures(ScenePool.Mirror(pictures, mirrored.AsSpan(from, count)).to(type)).to(float32);
        var read = clip.TextFeatures(tensor(ids, [count, ids.Length / count], device: device)).to(float32);
        var scale = clip.LogitScale.to(float32).exp().clamp_max(settings.MaxScale);
        var logits = scale * functional.normalize(seen, dim: 1).matmul(functional.normalize(read, dim: 1).transpose(0, 1));
        var own = arange(count, dtype: int64, device: device);
        var loss = (functional.cross_entropy(logits, own)
            + functional.cross_entropy(logits.transpose(0, 1), own)) / 2 * ((double)count / examples.Length);
        var right = logits.argmax(1).eq(own).sum().item<long>();
        return (loss.MoveToOuterDisposeScope(), new Dictionary<string, double> { ["captionFound"] = (double)right / examples.Length });
    }
}

using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training.Stages;

// Shapes: S side in pixels

/// <summary>Settings of the judge's training.</summary>
sealed record JudgeStageSettings
{
    /// <summary>Peak learning rate.</summary>
    /// <value>The default is 2e-3.</value>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Examples per step.</summary>
    /// <value>The default is 64.</value>
    public int BatchSize { get; init; } = 64;

    /// <summary>Number of optimizer steps.</summary>
    /// <value>The default is 3000.</value>
    public long Steps { get; init; } = 3000;

    /// <summary>Number of examples that are whole pictures of one toy.</summary>
    /// <value>The default is 16000.</value>
    public int Wholes { get; init; } = 16000;

    /// <summary>Number of examples that are one toy, cut out of a scene of several.</summary>
    /// <value>The default is 16000.</value>
    public int Parts { get; init; } = 16000;

    /// <summary>Small numbers for tests.</summary>
    public static JudgeStageSettings Tiny { get; } = new() { BatchSize = 4, Steps = 60, Wholes = 12, Parts = 12 };
}

/// <summary>
/// Trains the judge on renderings: whole pictures of one toy, and toys cut out of scenes with masks as coarse as located ones. Half of the
/// pictures have gone through the autoencoder, because generated pictures come from its decoder.
/// </summary>
sealed class JudgeStage(Architecture architecture, string checkpoint, string judge, JudgeStageSettings settings, ulong seed)
    : ExampleStage<JudgeExample>(settings.Wholes + settings.Parts)
{
    public override string Name => "judge";
    public override OptimizerSettings Optimizer { get; } = new()
    {
        LearningRate = settings.LearningRate,
        Average = 0.998,
        WarmUp = 200,
        WeightDecay = 0.05
    };
    public override int BatchSize => settings.BatchSize;
    public override long DefaultSteps => settings.Steps;
    protected override string WeightsPath => Path.Combine(judge, Judge.WeightsFile);

    public override void Prepare(Placing placing, WorkerThreads threads, IProgress<ProgressEvent> progress, CancellationToken stop)
    {
        progress.Report(new Noted($"Drawing {settings.Wholes} pictures of one toy and cutting out {settings.Parts} toys"));
        AutoencoderKL[] decoders = [.. Enumerable.Range(0, threads.Count)
            .Select(_ => StableDiffusion.LoadVae(checkpoint, placing.Precision, placing.Device))];
        DrawAll(threads, (worker, index) =>
        {
            using var quiet = no_grad();
            return Example(index, index % 2 == 0 ? decoders[worker] : null);
        }, stop);
        foreach (var decoder in decoders) decoder.Dispose();
    }

    JudgeExample Example(int index, AutoencoderKL? through)
    {
        var whole = index < settings.Wholes;
        var scene = SceneComposer.Compose(seed + (ulong)index, whole ? SceneMix.SingleToy(index) : SceneMix.SeveralToys(index));
        var rendered = SceneRenderer.Render(scene, Judge.Side);
        var picture = through is null ? rendered.Picture : RoundTrip.Of(through, rendered.Picture);
        var which = whole ? 0 : index / 2 % scene.Toys.Count;
        if (!whole) picture = CutOut.Of(picture, Coarse(rendered.Masks[which], Judge.Side / architecture.Vae.Downscale), Judge.Side);
        var toy = scene.Toys[which];
        return new JudgeExample(picture.Pixels.ToArray(),
        [
            Place(ToyWords.Categories, toy.Category), Place(ToyWords.Colors, toy.Color), Place(ToyWords.Patterns, toy.Pattern),
            whole ? Place(ToyWords.Backgrounds, scene.Background) : JudgeBatch.NotAsked,
        ]);
    }

    static long Place(IReadOnlyList<string> words, string word) => words.ToList().IndexOf(word);

    // A mask like those that localization finds: the latent cells of which the toy covers at least a third.
    static Mask Coarse(Mask mask, int cells)
    {
        const double filled = 1.0 / 3;
        var (size, coarse) = (mask.Width / cells, new bool[cells * cells]);
        for (var cell = 0; cell < coarse.Length; cell++)
        {
            var (row, column) = Math.DivRem(cell, cells);
            var sum = 0;
            for (var y = 0; y < size; y++) for (var x = 0; x < size; x++) if (mask[column * size + x, row * size + y]) sum++;
            coarse[cell] = sum >= filled * size * size;
        }
        return coarse.Contains(true) ? new Mask(PixelSize.Square(cells), coarse).Resize(mask.Size) : mask;
    }

    public override Replica NewReplica(Placing placing) => new JudgeReplica(placing);

    public override TrainingBatch Draw(long step, long steps, RandomStream random)
    {
        var chosen = Choose(random);
        return new JudgeBatch(chosen, [.. chosen.Select(_ => random.Coin())]);
    }
}

/// <summary>A picture for the judge and the correct answers.</summary>
/// <param name="Pixels">(S,S,3) bytes.</param>
/// <param name="Answers">Class indices of category, color, pattern and background; <see cref="JudgeBatch.NotAsked"/> if one does not
/// count.</param>
sealed record JudgeExample(byte[] Pixels, long[] Answers);

/// <summary>One copy of the judge's network.</summary>
sealed class JudgeReplica : Replica
{
    public JudgeReplica(Placing placing) => Net = Made(placing, ScalarType.Float32, () => new JudgeNet());

    public JudgeNet Net { get; }
    public override IReadOnlyList<(string Name, Module Module)> Modules => [("judge", Net)];
}

/// <summary>The cross-entropy loss of the judge's four answers, summed over them.</summary>
sealed class JudgeBatch(JudgeExample[] examples, bool[] mirrored) : TrainingBatch
{
    /// <summary>Marks an answer that does not count, such as the background of a cut-out.</summary>
    public const long NotAsked = -100;

    static readonly string[] Heads = ["category", "color", "pattern", "background"];

    public override (Tensor Loss, IReadOnlyDictionary<string, double> Figures) LossOf(Replica replica, int from, int count)
    {
        using var scope = NewDisposeScope();
        var net = ((JudgeReplica)replica).Net;
        var device = net.parameters().First().device;
        var mine = examples[from..(from + count)];
        var bytes = mine.SelectMany(example => example.Pixels).ToArray();
        var pictures = PixelTensor.Scaled(PixelTensor.Bytes(bytes, count, PixelSize.Square(Judge.Side)), device);
        var logits = net.Logits(ScenePool.Mirror(pictures, mirrored.AsSpan(from, count)));
        var loss = zeros([], device: device);
        var figures = new Dictionary<string, double>();
        for (var head = 0; head < logits.Length; head++)
        {
            var answers = tensor([.. mine.Select(example => example.Answers[head])], device: device);
            loss += functional.cross_entropy(logits[head], answers, ignore_index: NotAsked, reduction: Reduction.Sum) / examples.Length;
            var asked = mine.Count(example => example.Answers[head] != NotAsked);
            var right = logits[head].argmax(1).eq(answers).sum().item<long>();
            figures[Heads[head]] = asked == 0 ? 0 : (double)right / asked * count / examples.Length;
        }
        return (loss.MoveToOuterDisposeScope(), figures);
    }
}

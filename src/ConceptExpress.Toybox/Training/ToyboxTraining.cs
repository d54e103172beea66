using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Toybox.Training.Stages;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>What is trained, how long and where.</summary>
public sealed record TrainingOptions
{
    /// <summary>Folder of the states, the logs and the checkpoints; made where it is missing.</summary>
    public required string Output { get; init; }

    /// <summary>One of <see cref="ToyboxTraining.Stages"/>, or <c>all</c>.</summary>
    public string Stage { get; init; } = ToyboxTraining.AllStages;

    /// <summary><c>toybox</c>, or <c>tiny</c> for tests.</summary>
    public string Architecture { get; init; } = "toybox";

    /// <summary>Optimizer steps of each stage; null for the stage's own number.</summary>
    public long? Steps { get; init; }

    /// <summary>When to save and stop, although steps are left.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>What is chosen of the diffusion stage; other stages take no notice.</summary>
    public DiffusionOptions Diffusion { get; init; } = new();

    /// <summary>Models that learn side by side, each on a thread of its own.</summary>
    public int Workers { get; init; } = 1;

    public Device? Device { get; init; }

    public ComputePrecision Precision { get; init; } = ComputePrecision.Bf16;

    public long Seed { get; init; }

    /// <summary>How often the state and samples are saved.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A checkpoint whose weights a new training begins with, with fresh moments; null for random weights. Diffusion or judge, trained alone, also take its
    /// autoencoder. Judge and CLIP always begin with random ones.
    /// </summary>
    public string? From { get; init; }
}

/// <summary>What can be chosen of the diffusion stage; null for the stage's own number.</summary>
public sealed record DiffusionOptions
{
    /// <summary>Examples in a step, at least 1.</summary>
    [Range(1, 65536)]
    public int? BatchSize { get; init; }

    /// <summary>The highest learning rate.</summary>
    [Range(0.0, 1)]
    public double? LearningRate { get; init; }

    /// <summary>Scenes drawn at the full resolution, 1 to 900,000, since a stage has a million seeds of its own.</summary>
    [Range(1, 900_000)]
    public int? Scenes { get; init; }

    /// <summary>Share of the steps, 0 to 1, on smaller pictures.</summary>
    [Range(0.0, 1)]
    public double? SmallShare { get; init; }
}

/// <summary>A checkpoint was written.</summary>
/// <param name="Stage">The stage that wrote it.</param>
/// <param name="Step">Steps so far.</param>
/// <param name="Checkpoint">Its folder.</param>
public sealed record CheckpointSaved(string Stage, long Step, string Checkpoint) : ProgressEvent;

/// <summary>Trains the embedded checkpoint, stage by stage: autoencoder, UNet with its text encoder, judge, CLIP pair.</summary>
public static class ToyboxTraining
{
    public const string AllStages = "all";

    /// <summary>In the order in which they need each other.</summary>
    public static IReadOnlyList<string> Stages { get; } = ["vae", "diffusion", "judge", "clip"];

    /// <summary>Where the diffusers checkpoint is, within the output folder.</summary>
    public const string CheckpointFolder = "checkpoint";

    /// <summary>Where the CLIP pair is, within the output folder.</summary>
    public const string ClipFolder = "clip";

    /// <summary>Where the judge is, within the output folder.</summary>
    public const string JudgeFolder = "judge";

    /// <summary>Where a stage's result is, within the output folder.</summary>
    public static string FolderOf(string stage) => stage switch { "clip" => ClipFolder, "judge" => JudgeFolder, _ => CheckpointFolder };

    /// <summary>Whether a folder holds a training that could go on.</summary>
    public static bool HasState(string output) => Directory.Exists(output) && Directory.EnumerateFiles(output, "*.state.safetensors").Any();

    /// <summary>Trains, going on from the states in the output folder. What is done already is passed over.</summary>
    /// <returns>Whether every stage reached its last step.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the state was saved.</exception>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">A state is damaged or of another model, or a file cannot be written.</exception>
    public static bool Run(TrainingOptions options, IProgress<ProgressEvent> progress, CancellationToken stop)
    {
        var checkpoint = Path.Combine(options.Output, CheckpointFolder);
        if (!File.Exists(Path.Combine(checkpoint, "model_index.json"))) Architecture.LayOut(options.Architecture, checkpoint);
        if (options.From is { } from && options.Stage is "diffusion" or "judge") TakeAutoencoder(from, checkpoint);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        foreach (var name in Stages.Where(name => options.Stage is AllStages || options.Stage == name))
        {
            var stage = Create(name, options, checkpoint);
            var settings = Settings(options, stage, clock.Elapsed);
            var trainer = new StageTrainer(stage, settings, options.Output);
            if (trainer.StepsDone >= settings.Steps) continue;
            void Save(FlatParameters parameters, Tensor weights, long step)
            {
                stage.Save(checkpoint, parameters, weights);
                progress.Report(new CheckpointSaved(name, step, checkpoint));
            }
            if (!trainer.Run(progress, Save, stop)) return false;
        }
        return true;
    }

    // These stages see latents, or pictures, of the autoencoder that the checkpoint of From was trained with, scaled as its configuration says; a folder that has one already keeps it.
    static void TakeAutoencoder(string from, string checkpoint)
    {
        var (source, target) = (Path.Combine(from, "vae"), Path.Combine(checkpoint, "vae"));
        if (Directory.EnumerateFiles(target, "*.safetensors").Any()) return;
        if (!Directory.Exists(source)) throw new Diffusion.Checkpoints.CheckpointException($"{from} holds no autoencoder; name a checkpoint in the diffusers layout.");
        // The weights last, since they say that all is there.
        foreach (var file in Directory.EnumerateFiles(source).OrderBy(file => Path.GetExtension(file) == ".safetensors"))
        {
            var copy = Path.Combine(target, Path.GetFileName(file));
            File.Copy(file, copy + ".partial", overwrite: true);
            File.Move(copy + ".partial", copy, overwrite: true);
        }
    }

    static TrainerSettings Settings(TrainingOptions options, TrainingStage stage, TimeSpan spent) => new()
    {
        Steps = options.Steps ?? stage.DefaultSteps, Seed = options.Seed, Workers = options.Workers, SaveEvery = options.SaveEvery, From = options.From,
        Placing = new Placing(options.Device ?? CPU, options.Precision), Limit = options.Limit - spent,
    };

    static DiffusionStageSettings Chosen(DiffusionStageSettings settings, DiffusionOptions options) => settings with
    {
        BatchSize = options.BatchSize ?? settings.BatchSize, LearningRate = options.LearningRate ?? settings.LearningRate,
        LargeScenes = options.Scenes ?? settings.LargeScenes, SmallShare = options.SmallShare ?? settings.SmallShare,
        SmallScenes = options.SmallShare == 0 ? 0 : settings.SmallScenes,
    };

    // Every stage sees scenes of its own: a seed is the first of a million.
    static TrainingStage Create(string name, TrainingOptions options, string checkpoint)
    {
        var architecture = Architecture.Open(checkpoint);
        var tiny = options.Architecture == "tiny";
        var scenes = (ulong)options.Seed * 10_000_000 + 1_000_000 * (ulong)(1 + Stages.ToList().IndexOf(name));
        return name switch
        {
            "vae" => new VaeStage(architecture, tiny ? VaeStageSettings.Tiny : new(), scenes),
            "diffusion" => new DiffusionStage(architecture, checkpoint, Chosen(tiny ? DiffusionStageSettings.Tiny : new(), options.Diffusion), scenes),
            "judge" => new JudgeStage(architecture, checkpoint, Path.Combine(options.Output, JudgeFolder), tiny ? JudgeStageSettings.Tiny : new(), scenes),
            "clip" => new ClipStage(architecture, Path.Combine(options.Output, ClipFolder), tiny ? ClipStageSettings.Tiny : new(), scenes),
            _ => throw new ArgumentException($"There is no stage '{name}'.", nameof(name)),
        };
    }
}

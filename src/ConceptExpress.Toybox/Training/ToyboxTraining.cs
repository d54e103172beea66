using System.ComponentModel.DataAnnotations;
using ConceptExpress.Diffusion;
using ConceptExpress.Toybox.Training.Stages;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>Options of <see cref="ToyboxTraining.Run"/>: what is trained, for how long, and where.</summary>
sealed record TrainingOptions
{
    /// <summary>Folder for states, logs and checkpoints; created if it does not exist.</summary>
    public required string Output { get; init; }

    /// <summary>One of <see cref="ToyboxTraining.Stages"/>, or <c>all</c>.</summary>
    /// <value>The default is <c>all</c>.</value>
    public string Stage { get; init; } = ToyboxTraining.AllStages;

    /// <summary>Size of the models: one of <see cref="Training.Architecture.Names"/>.</summary>
    /// <value>The default is <c>toybox</c>.</value>
    public string Architecture { get; init; } = "toybox";

    /// <summary>Optimizer steps of each stage; null uses the stage's default.</summary>
    /// <value>The default is null.</value>
    public long? Steps { get; init; }

    /// <summary>Time after which the training saves its state and stops, even if steps are left; null is no limit.</summary>
    /// <value>The default is null.</value>
    public TimeSpan? Limit { get; init; }

    /// <summary>Options of the diffusion stage; other stages ignore them.</summary>
    public DiffusionOptions Diffusion { get; init; } = new();

    /// <summary>Number of replicas of the model that train in parallel, each on its own thread with its share of every batch.</summary>
    /// <value>The default is 1.</value>
    public int Workers { get; init; } = 1;

    /// <summary>Where the models are; null is the CPU.</summary>
    /// <value>The default is null.</value>
    public Device? Device { get; init; }

    /// <summary>Number format of the computation. Weights and moments are kept in fp32.</summary>
    /// <value>The default is bf16.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Bf16;

    /// <summary>Seed of scenes, initial weights and noise.</summary>
    /// <value>The default is 0.</value>
    public long Seed { get; init; }

    /// <summary>Time between two saves of the state and the checkpoint.</summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A checkpoint whose weights a new training starts from, with moments of 0; null starts from random weights. If only diffusion or only
    /// the judge is trained, the checkpoint's autoencoder is copied too. The judge and CLIP always start from random weights.
    /// </summary>
    /// <value>The default is null.</value>
    public string? From { get; init; }
}

/// <summary>Options of the diffusion stage. Null, the default of each, uses the stage's own value.</summary>
sealed record DiffusionOptions
{
    /// <summary>Examples per step, 1 to 65536.</summary>
    [Range(1, 65536)]
    public int? BatchSize { get; init; }

    /// <summary>Peak learning rate, 0 to 1.</summary>
    [Range(0.0, 1)]
    public double? LearningRate { get; init; }

    /// <summary>Number of scenes drawn at full resolution, 1 to 900,000: a stage has one million seeds.</summary>
    [Range(1, 900_000)]
    public int? Scenes { get; init; }

    /// <summary>Share of the steps that use smaller pictures, 0 to 1. They come first.</summary>
    [Range(0.0, 1)]
    public double? SmallShare { get; init; }
}

/// <summary>Reports that a stage wrote its result.</summary>
/// <param name="Stage">The stage that wrote it.</param>
/// <param name="Step">Number of finished steps.</param>
/// <param name="Checkpoint">The checkpoint's folder.</param>
sealed record CheckpointSaved(string Stage, long Step, string Checkpoint) : ProgressEvent;

/// <summary>Trains the embedded models in four stages: autoencoder, UNet with text encoder, judge, CLIP pair.</summary>
static class ToyboxTraining
{
    /// <summary>The name that stands for all stages.</summary>
    public const string AllStages = "all";

    /// <summary>The names of the stages, in the order of training: some need the results of earlier ones.</summary>
    public static IReadOnlyList<string> Stages { get; } = ["vae", "diffusion", "judge", "clip"];

    /// <summary>Subfolder of the output folder that holds the checkpoint in the diffusers layout.</summary>
    public const string CheckpointFolder = "checkpoint";

    /// <summary>Subfolder of the output folder that holds the CLIP pair.</summary>
    public const string ClipFolder = "clip";

    /// <summary>Subfolder of the output folder that holds the judge.</summary>
    public const string JudgeFolder = "judge";

    /// <summary>Subfolder of the output folder that holds the result of a stage.</summary>
    public static string FolderOf(string stage) => stage switch { "clip" => ClipFolder, "judge" => JudgeFolder, _ => CheckpointFolder };

    /// <summary>Whether a folder holds a training that can be resumed.</summary>
    public static bool HasState(string output) => Directory.Exists(output) && Directory.EnumerateFiles(output, "*.state.safetensors").Any();

    /// <summary>Trains the chosen stages. Continues from the states in the output folder and skips finished stages.</summary>
    /// <param name="options">What to train, for how long, and where.</param>
    /// <param name="progress">Receives phases, steps, notes and saved checkpoints.</param>
    /// <param name="stop">Cancels; the state is saved first.</param>
    /// <returns>True if every stage reached its last step, false if the time limit came first.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the state was saved.</exception>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">A state is damaged or belongs to another model, or a file cannot be
    /// written.</exception>
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

    // Copies the autoencoder of the checkpoint that From names, with its configuration (scaling factor), because diffusion reads its
    // latents and the judge its decoded pictures. An output folder that has an autoencoder keeps it.
    static void TakeAutoencoder(string from, string checkpoint)
    {
        var (source, target) = (Path.Combine(from, "vae"), Path.Combine(checkpoint, "vae"));
        if (Directory.EnumerateFiles(target, "*.safetensors").Any()) return;
        if (!Directory.Exists(source))
            throw new Diffusion.Checkpoints.CheckpointException($"{from} has no autoencoder; choose a checkpoint in the diffusers layout.");
        // The weights come last, because their file marks the copy as complete.
        foreach (var file in Directory.EnumerateFiles(source).OrderBy(file => Path.GetExtension(file) == ".safetensors"))
        {
            var copy = Path.Combine(target, Path.GetFileName(file));
            File.Copy(file, copy + ".partial", overwrite: true);
            File.Move(copy + ".partial", copy, overwrite: true);
        }
    }

    static TrainerSettings Settings(TrainingOptions options, TrainingStage stage, TimeSpan spent) => new()
    {
        Steps = options.Steps ?? stage.DefaultSteps,
        Seed = options.Seed,
        Workers = options.Workers,
        SaveEvery = options.SaveEvery,
        From = options.From,
        Placing = new Placing(options.Device ?? CPU, options.Precision),
        Limit = options.Limit - spent,
    };

    static DiffusionStageSettings Chosen(DiffusionStageSettings settings, DiffusionOptions options) => settings with
    {
        BatchSize = options.BatchSize ?? settings.BatchSize,
        LearningRate = options.LearningRate ?? settings.LearningRate,
        LargeScenes = options.Scenes ?? settings.LargeScenes,
        SmallShare = options.SmallShare ?? settings.SmallShare,
        SmallScenes = options.SmallShare == 0 ? 0 : settings.SmallScenes,
    };

    // Every stage has its own scenes: one million seeds, of which this is the first.
    static TrainingStage Create(string name, TrainingOptions options, string checkpoint)
    {
        var architecture = Architecture.Open(checkpoint);
        var tiny = options.Architecture == "tiny";
        var scenes = (ulong)options.Seed * 10_000_000 + 1_000_000 * (ulong)(1 + Stages.ToList().IndexOf(name));
        return name switch
        {
            "vae" => new VaeStage(architecture, tiny ? VaeStageSettings.Tiny : new(), scenes),
            "diffusion" =>
                new DiffusionStage(architecture, checkpoint, Chosen(tiny ? DiffusionStageSettings.Tiny : new(), options.Diffusion), scenes),
            "judge" => new JudgeStage(architecture, checkpoint, Path.Combine(options.Output, JudgeFolder), tiny
                ? JudgeStageSettings.Tiny
                : new(), scenes),
            "clip" => new ClipStage(architecture, Path.Combine(options.Output, ClipFolder), tiny ? ClipStageSettings.Tiny : new(), scenes),
            _ => throw new ArgumentException($"There is no stage '{name}'.", nameof(name)),
        };
    }
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Training;
using TorchSharp;

namespace ConceptExpress.Jobs;

/// <summary>
/// Trains the embedded models on rendered scenes of toys, and draws samples at every save. The output folder grows; a later request can
/// continue it.
/// </summary>
sealed record TrainingRequest : OutputRequest<TrainingResult>
{
    static readonly string[] SamplePrompts =
    [
        "a photo of a red duck on grass", "a photo of a blue striped car on sand", "a photo of a yellow dotted mushroom on wood",
        "a photo of a green checked house on snow",
        "a photo of a purple robot on sky", "a photo of a orange fish on water", "a photo of a pink rocket on paper",
        "a photo of a white cup on brick",
        "a photo of a red striped umbrella and a green tree on sand", "a photo of a blue ball and a yellow star on grass",
        "a photo of a purple dotted kite and a orange boat on sky", "a photo of a pink heart and a white drum on wood",
    ];

    static readonly SamplingSettings Sampling = new() { Steps = 20, Sampler = "dpm++", Guidance = 4 };

    /// <summary>Whether to resume the training in the output folder. If false, the folder must not contain a training.</summary>
    public bool Resume { get; init; }

    /// <summary>The stage to train: one of <see cref="ToyboxTraining.Stages"/>, or <c>all</c>.</summary>
    /// <value>The default is <c>all</c>.</value>
    public string Stage { get; init; } = ToyboxTraining.AllStages;

    /// <summary>Size of the models: one of <see cref="Toybox.Training.Architecture.Names"/>.</summary>
    /// <value>The default is <c>toybox</c>.</value>
    public string Architecture { get; init; } = "toybox";

    /// <summary>Number of optimizer steps of each stage, 1 or more; null for the stage's own default.</summary>
    [Range(typeof(long), "1", "4611686018427387903")]
    public long? Steps { get; init; }

    /// <summary>Settings of the diffusion stage. They must be left at their defaults if another stage is trained.</summary>
    public DiffusionOptions Diffusion { get; init; } = new();

    /// <summary>Save and stop after this many hours, 0 to 10,000; null trains to the last step.</summary>
    [Range(0.0, 10_000)]
    public double? Hours { get; init; }

    /// <summary>Minutes between two saved states, 0 or more.</summary>
    /// <value>The default is 10.</value>
    [Range(0.0, 1e6)]
    public double SaveMinutes { get; init; } = 10;

    /// <summary>
    /// Number of copies of the model that train in parallel, one thread each, 1 to 256; null for one per core, or 1 on CUDA.
    /// </summary>
    [Range(1, 256)]
    public int? Workers { get; init; }

    /// <summary>Seed of scenes, initial weights and noise, 0 to 1,000,000.</summary>
    /// <value>The default is 0.</value>
    [Range(typeof(long), "0", "1000000")]
    public long Seed { get; init; }

    /// <summary>Folder of a checkpoint whose weights the training starts from; null for random weights.</summary>
    public string? From { get; init; }

    /// <summary>The device, as in <see cref="ComputeSettings.Device"/>.</summary>
    /// <value>The default is <c>auto</c>.</value>
    public string Device { get; init; } = Devices.Auto;

    /// <summary>Precision of the computation. Weights and moments are kept in fp32.</summary>
    /// <value>The default is bf16.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Bf16;

    /// <inheritdoc/>
    public override TrainingResult Work(JobContext context) => Observed(context, Perform);

    TrainingResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        OutputFolder.CheckGrowing(Output, From);
        var hasState = ToyboxTraining.HasState(Output);
        SettingsCheck.Rule(Resume || !hasState, $"{Output} contains a training; resume it, or choose another folder.");
        SettingsCheck.Rule(!Resume || hasState,
            $"{Output} contains no training to resume; start a new one, or choose the folder of an earlier one.");
        SettingsCheck.Rule(Stage is ToyboxTraining.AllStages or "diffusion" || Diffusion == new DiffusionOptions(),
            $"settings of the diffusion stage have no effect on stage {Stage}; leave them out, or train stage diffusion or all.");
        var options = Options();
        return TorchThread.Once(() =>
        {
            using var alone = FolderLock.Take(Output);
            return new TrainingResult(Path.Combine(Output, ToyboxTraining.FolderOf(Stage)), Train(options, context));
        }, Environment.ProcessorCount);
    }

    TrainingOptions Options()
    {
        var device = Devices.Resolve(Device);
        return new TrainingOptions
        {
            Output = Output,
            Stage = Stage,
            Steps = Steps,
            From = From,
            Diffusion = Diffusion,
            Limit = Hours is { } hours ? TimeSpan.FromHours(hours) : null,
            Seed = Seed,
            Device = device,
            Workers = Workers ?? (device.type == DeviceType.CPU ? Environment.ProcessorCount : 1),
            SaveEvery = TimeSpan.FromMinutes(SaveMinutes),
            Architecture = Architecture,
            Precision = Precision,
        };
    }

    bool Train(TrainingOptions options, JobContext context)
    {
        try
        {
            return ToyboxTraining.Run(options, new Samples(context, options), context.Stop);
        }
        catch (OperationCanceledException) when (ToyboxTraining.HasState(Output))
        {
            throw new ResumableException($"cancelled; the state is saved in {Output}, and the training can be resumed from there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"{Output} cannot be written ({e.Message.TrimEnd('.')}); check the path, its permissions and the free space.", e);
        }
    }

    /// <summary>Forwards events, smooths the reported metrics, and draws samples at every save, always from the same noise.</summary>
    sealed class Samples(JobContext next, TrainingOptions options) : IProgress<ProgressEvent>
    {
        RunningFigures running = new(memory: 0.98);

        public void Report(ProgressEvent value)
        {
            if (value is PhaseBegan) running = new RunningFigures(memory: 0.98);
            if (value is CheckpointSaved { Stage: "diffusion" } saved) Draw(saved);
            next.Report(value is TrainingProgress step
                ? step with { Detail = running.With(step.Figures.OrderBy(figure => figure.Key, StringComparer.Ordinal)) } : value);
        }

        void Draw(CheckpointSaved saved)
        {
            using var model = StableDiffusion.Load(saved.Checkpoint, options.Precision, options.Device);
            var painter = new TextToImage(model, []);
            var pictures = SamplePrompts.Select((prompt, i) => painter.Generate(
                new GenerationSettings { Prompt = prompt, Syntax = PromptSyntax.Plain, Seed = i, Sampling = Sampling })).ToList();
            var folder = Directory.CreateDirectory(Path.Combine(options.Output, "samples")).FullName;
            PngFile.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{saved.Step:000000}.png")),
                PictureGrid.Of(pictures));
        }
    }
}

/// <summary>The result of a training that ended or was stopped.</summary>
/// <param name="Output">The folder of the trained models.</param>
/// <param name="Finished">Whether every stage reached its last step. If not, the training can be resumed.</param>
sealed record TrainingResult(string Output, bool Finished);

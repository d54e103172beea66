using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Training;
using TorchSharp;

namespace ConceptExpress.Jobs;

/// <summary>Train the embedded checkpoint in a world of toys, with samples drawn at every save. The output folder grows, and a later request goes on with it.</summary>
public sealed record TrainingRequest : JobRequest<TrainingResult>
{
    static readonly string[] SamplePrompts =
    [
        "a photo of a red duck on grass", "a photo of a blue striped car on sand", "a photo of a yellow dotted mushroom on wood", "a photo of a green checked house on snow",
        "a photo of a purple robot on sky", "a photo of a orange fish on water", "a photo of a pink rocket on paper", "a photo of a white cup on brick",
        "a photo of a red striped umbrella and a green tree on sand", "a photo of a blue ball and a yellow star on grass",
        "a photo of a purple dotted kite and a orange boat on sky", "a photo of a pink heart and a white drum on wood",
    ];

    static readonly SamplingSettings Sampling = new() { Steps = 20, Sampler = "dpm++", Guidance = 4 };

    /// <summary>Go on with the training that the output folder holds; otherwise it must hold none.</summary>
    public bool Resume { get; init; }

    /// <summary>One of <see cref="ToyboxTraining.Stages"/>, or all.</summary>
    public string Stage { get; init; } = ToyboxTraining.AllStages;

    /// <summary>Size of the models: toybox, or tiny for tests.</summary>
    public string Architecture { get; init; } = "toybox";

    /// <summary>Optimizer steps of each stage; null for the stage's own number.</summary>
    [Range(typeof(long), "1", "4611686018427387903")]
    public long? Steps { get; init; }

    /// <summary>What is chosen of the diffusion stage.</summary>
    public DiffusionOptions Diffusion { get; init; } = new();

    /// <summary>Save and stop after so many hours; null goes on to the last step.</summary>
    [Range(0.0, 10_000)]
    public double? Hours { get; init; }

    /// <summary>Minutes between two saved states.</summary>
    /// <value>The default is 10.</value>
    [Range(0.0, 1e6)]
    public double SaveMinutes { get; init; } = 10;

    /// <summary>Models that learn side by side, a thread each; null for one per core, 1 on CUDA.</summary>
    [Range(1, 256)]
    public int? Workers { get; init; }

    /// <summary>Seed of scenes, first weights and noise.</summary>
    /// <value>The default is 0.</value>
    [Range(typeof(long), "0", "1000000")]
    public long Seed { get; init; }

    /// <summary>A checkpoint whose weights the training begins with; null for random ones.</summary>
    public string? From { get; init; }

    /// <summary><see cref="ComputeSettings.Device"/>.</summary>
    public string Device { get; init; } = Devices.Auto;

    /// <summary>What is computed in; weights and moments are kept in fp32.</summary>
    /// <value>The default is bf16.</value>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Bf16;

    /// <inheritdoc/>
    public override TrainingResult Work(JobContext context)
    {
        SettingsCheck.Require(this);
        OutputFolder.CheckGrowing(Output, From);
        var hasState = ToyboxTraining.HasState(Output);
        SettingsCheck.Rule(Resume || !hasState, $"{Output} holds a training; ask for it to be resumed, or choose another folder.");
        SettingsCheck.Rule(!Resume || hasState, $"{Output} holds no training that could be resumed.");
        SettingsCheck.Rule(Stage is ToyboxTraining.AllStages or "diffusion" || Diffusion == new DiffusionOptions(), $"what is chosen of diffusion says nothing to stage {Stage}, which does not train it.");
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
            Output = Output, Stage = Stage, Steps = Steps, From = From, Diffusion = Diffusion, Limit = Hours is { } hours ? TimeSpan.FromHours(hours) : null, Seed = Seed,
            Device = device, Workers = Workers ?? (device.type == DeviceType.CPU ? Environment.ProcessorCount : 1), SaveEvery = TimeSpan.FromMinutes(SaveMinutes),
            Architecture = Architecture, Precision = Precision,
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
            throw new ResumableException($"cancelled; the state is saved in {Output}, and a training that resumes it goes on from there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Output} cannot be written ({e.Message.TrimEnd('.')}); check the path, its permissions and the space left.", e);
        }
    }

    /// <summary>Passes events on, smooths figures, and draws samples at every save; their noise is the same every time.</summary>
    sealed class Samples(JobContext next, TrainingOptions options) : IProgress<ProgressEvent>
    {
        RunningFigures running = new(memory: 0.98);

        public void Report(ProgressEvent value)
        {
            if (value is PhaseBegan) running = new RunningFigures(memory: 0.98);
            if (value is CheckpointSaved { Stage: "diffusion" } saved) Draw(saved);
            next.Report(value is TrainingProgress step ? step with { Detail = running.With(step.Figures.OrderBy(figure => figure.Key, StringComparer.Ordinal)) } : value);
        }

        void Draw(CheckpointSaved saved)
        {
            using var model = StableDiffusion.Load(saved.Checkpoint, options.Precision, options.Device);
            var painter = new TextToImage(model, []);
            var pictures = SamplePrompts.Select((prompt, i) => painter.Generate(new GenerationSettings { Prompt = prompt, Seed = i, Sampling = Sampling })).ToList();
            var folder = Directory.CreateDirectory(Path.Combine(options.Output, "samples")).FullName;
            PngFile.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{saved.Step:000000}.png")), PictureGrid.Of(pictures));
        }
    }
}

/// <summary>A training that ended or was stopped.</summary>
/// <param name="Output">The folder of what was trained.</param>
/// <param name="Finished">Whether every stage reached its last step; otherwise it can be resumed.</param>
public sealed record TrainingResult(string Output, bool Finished);

using System.CommandLine;
using ConceptExpress.Diffusion;
using ConceptExpress.Jobs;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>toybox train</c>.</summary>
sealed class TrainOptions
{
    readonly Option<string> output = OptionKinds.Text("--output", "DIR", "Folder for states, logs, samples and the checkpoint.",
        required: true);
    readonly Option<bool> resume = new("--resume") { Description = "Continue the training in the output folder." };
    readonly Option<string?> stage = OptionKinds.Choice("--stage", [.. ToyboxTraining.Stages, ToyboxTraining.AllStages],
        "What to train (default all).");
    readonly Option<long?> steps = OptionKinds.LongWhole("--steps", (TrainingRequest request) => request.Steps,
        "Optimizer steps of each stage (default: depends on the stage).");
    readonly Option<int?> batchSize = OptionKinds.Whole("--batch-size", (DiffusionOptions options) => options.BatchSize,
        "Examples per step of diffusion (default 32; a GPU can take hundreds).");
    readonly Option<double?> learningRate = OptionKinds.Real("--learning-rate", (DiffusionOptions options) => options.LearningRate,
        "Peak learning rate of diffusion (default 7e-4).");
    readonly Option<int?> scenes = OptionKinds.Whole("--scenes", (DiffusionOptions options) => options.Scenes,
        "Number of full-size scenes that diffusion is trained on (default 16000).");
    readonly Option<double?> smallShare = OptionKinds.Real("--small-share", (DiffusionOptions options) => options.SmallShare,
        "Share of diffusion's steps on smaller pictures (default 0.6).");
    readonly Option<double?> hours = OptionKinds.Real("--hours", (TrainingRequest request) => request.Hours,
        "Save and stop after this many hours.");
    readonly Option<int?> workers = OptionKinds.Whole("--workers", (TrainingRequest request) => request.Workers,
        "Replicas of the model that train in parallel, one thread each (default: one per core; 1 on CUDA).");
    readonly Option<double?> saveMinutes = OptionKinds.Real("--save-minutes", (TrainingRequest request) => request.SaveMinutes,
        "Minutes between two saved states (default 10).");
    readonly Option<string> from = OptionKinds.Text("--from", "DIR",
        "Start from the weights of this checkpoint, which may be smaller, instead of random ones (vae, diffusion); diffusion or judge "
        + "trained alone use its autoencoder.");
    readonly Option<string?> architecture = OptionKinds.Choice("--architecture", [.. Architecture.Names],
        "Size of the models (default toybox, for 96 px; tiny is for tests).");
    readonly Option<long?> seed = OptionKinds.LongWhole("--seed", (TrainingRequest request) => request.Seed,
        "Seed of scenes, initial weights and noise (default 0).");
    readonly Option<string?> device = CommonOptions.NewDevice();
    readonly Option<ComputePrecision?> precision = OptionKinds.Choice("--precision",
        "Number format of the computation; weights and moments are kept in fp32 (default bf16).", ComputePrecision.Fp32,
        ComputePrecision.Bf16);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { output, resume, stage, steps, batchSize, learningRate, scenes, smallShare, hours, workers,
            saveMinutes, from, architecture, seed, device, precision })
            command.Options.Add(option);
    }

    public TrainingRequest Request(ParseResult parse)
    {
        var request = new TrainingRequest { Output = parse.GetRequiredValue(output) };
        return request with
        {
            Resume = parse.GetValue(resume),
            Stage = parse.GetValue(stage) ?? request.Stage,
            Steps = parse.GetValue(steps),
            From = parse.GetValue(from),
            Diffusion = new DiffusionOptions
            {
                BatchSize = parse.GetValue(batchSize),
                LearningRate = parse.GetValue(learningRate),
                Scenes = parse.GetValue(scenes),
                SmallShare = parse.GetValue(smallShare),
            },
            Hours = parse.GetValue(hours),
            Seed = parse.GetValue(seed) ?? request.Seed,
            Device = parse.GetValue(device) ?? request.Device,
            Workers = parse.GetValue(workers),
            SaveMinutes = parse.GetValue(saveMinutes) ?? request.SaveMinutes,
            Architecture = parse.GetValue(architecture) ?? request.Architecture,
            Precision = parse.GetValue(precision) ?? request.Precision,
        };
    }
}

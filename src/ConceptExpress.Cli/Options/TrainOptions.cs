using System.CommandLine;
using ConceptExpress.Cli.Running;
using ConceptExpress.Diffusion;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>toybox train</c>.</summary>
sealed class TrainOptions
{
    const int LongestHours = 10_000, MostWorkers = 256, MostExamples = 65536, MostScenes = 900_000;

    readonly Option<string> output = OptionKinds.Text("--output", "DIR", "Folder for states, logs, samples and the checkpoint.", required: true);
    readonly Option<bool> resume = new("--resume") { Description = "Go on with the training that the output folder holds." };
    readonly Option<string?> stage = OptionKinds.Choice("--stage", [.. ToyboxTraining.Stages, ToyboxTraining.AllStages], "What to train (default all).");
    readonly Option<long?> steps = OptionKinds.LongWhole("--steps", 1, long.MaxValue / 2, "Optimizer steps of each stage (default: the stage's own number).");
    readonly Option<int?> batchSize = OptionKinds.Whole("--batch-size", 1, MostExamples, "Examples in a step of diffusion (default 32; a GPU takes hundreds).");
    readonly Option<double?> learningRate = OptionKinds.Real("--learning-rate", 0, 1, "Highest learning rate of diffusion (default 7e-4).");
    readonly Option<int?> scenes = OptionKinds.Whole("--scenes", 1, MostScenes, "Scenes of full size that diffusion learns from (default 16000).");
    readonly Option<double?> smallShare = OptionKinds.Real("--small-share", 0, 1, "Share of diffusion's steps on smaller pictures (default 0.6).");
    readonly Option<double?> hours = OptionKinds.Real("--hours", 0, LongestHours, "Save and stop after so many hours.");
    readonly Option<int?> workers = OptionKinds.Whole("--workers", 1, MostWorkers, "Models that learn side by side, a thread each (default: one per core; 1 on CUDA).");
    readonly Option<double?> saveMinutes = OptionKinds.Real("--save-minutes", 0, 1e6, "Minutes between two saved states (default 10).");
    readonly Option<string?> from = OptionKinds.Text("--from", "DIR", "Begin with the weights of this checkpoint, instead of random ones (vae, diffusion); diffusion or judge trained alone take its autoencoder.")!;
    readonly Option<string?> architecture = OptionKinds.Choice("--architecture", ["toybox", "tiny"], "Size of the models (default toybox; tiny is for tests).");
    readonly Option<long?> seed = OptionKinds.LongWhole("--seed", 0, 1_000_000, "Seed of scenes, first weights and noise (default 0).");
    readonly Option<string?> device = CommonOptions.NewDevice();
    readonly Option<string?> precision = OptionKinds.Choice("--precision", ["fp32", "bf16"], "What is computed in; weights and moments are kept in fp32 (default bf16).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { output, resume, stage, steps, batchSize, learningRate, scenes, smallShare, hours, workers, saveMinutes, from, architecture, seed, device, precision })
            command.Options.Add(option);
    }

    /// <summary>The options as a training's.</summary>
    /// <exception cref="UsageException">The output folder holds a training and <c>--resume</c> is not given, or the reverse.</exception>
    public TrainingOptions Read(ParseResult parse)
    {
        var (folder, goesOn) = (parse.GetRequiredValue(output), parse.GetValue(resume));
        if (File.Exists(folder)) throw new UsageException($"--output {folder} is a file; name a folder.");
        if (ToyboxTraining.HasState(folder) && !goesOn) throw new UsageException($"{folder} holds a training; go on with it by --resume, or choose another folder.");
        if (goesOn && !ToyboxTraining.HasState(folder)) throw new UsageException($"{folder} holds no training that --resume could go on with.");
        if (parse.GetValue(stage) is "vae" or "judge" or "clip" && new Option[] { batchSize, learningRate, scenes, smallShare }.FirstOrDefault(option => parse.GetResult(option) is not null) is { } mine)
            throw new UsageException($"{mine.Name} belongs to diffusion, which --stage {parse.GetValue(stage)} does not train.");
        var where = Devices.Resolve(parse.GetValue(device) ?? "auto");
        return new TrainingOptions
        {
            Output = folder, Stage = parse.GetValue(stage) ?? ToyboxTraining.AllStages, Steps = parse.GetValue(steps), From = parse.GetValue(from),
            Diffusion = new DiffusionOptions
            {
                BatchSize = parse.GetValue(batchSize), LearningRate = parse.GetValue(learningRate), Scenes = parse.GetValue(scenes), SmallShare = parse.GetValue(smallShare),
            },
            Limit = parse.GetValue(hours) is { } limit ? TimeSpan.FromHours(limit) : null, Seed = parse.GetValue(seed) ?? 0, Device = where,
            Workers = parse.GetValue(workers) ?? (where.type == TorchSharp.DeviceType.CPU ? Environment.ProcessorCount : 1),
            SaveEvery = TimeSpan.FromMinutes(parse.GetValue(saveMinutes) ?? 10), Architecture = parse.GetValue(architecture) ?? "toybox",
            Precision = parse.GetValue(precision) == "fp32" ? ComputePrecision.Fp32 : ComputePrecision.Bf16,
        };
    }
}

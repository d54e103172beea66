using System.CommandLine;
using ConceptExpress.Cli.Running;
using ConceptExpress.Diffusion;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>toybox train</c>.</summary>
sealed class TrainOptions
{
    const int LongestHours = 10_000, MostWorkers = 256;

    readonly Option<string> output = OptionKinds.Text("--output", "DIR", "Folder for states, logs, samples and the checkpoint.", required: true);
    readonly Option<bool> resume = new("--resume") { Description = "Go on with the training that the output folder holds." };
    readonly Option<string?> stage = OptionKinds.Choice("--stage", [.. ToyboxTraining.Stages, ToyboxTraining.AllStages], "What to train (default all).");
    readonly Option<long?> steps = OptionKinds.LongWhole("--steps", 1, long.MaxValue / 2, "Optimizer steps of each stage (default: the stage's own number).");
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
        foreach (var option in new Option[] { output, resume, stage, steps, hours, workers, saveMinutes, from, architecture, seed, device, precision })
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
        var where = Devices.Resolve(parse.GetValue(device) ?? "auto");
        return new TrainingOptions
        {
            Output = folder, Stage = parse.GetValue(stage) ?? ToyboxTraining.AllStages, Steps = parse.GetValue(steps), From = parse.GetValue(from),
            Limit = parse.GetValue(hours) is { } limit ? TimeSpan.FromHours(limit) : null, Seed = parse.GetValue(seed) ?? 0, Device = where,
            Workers = parse.GetValue(workers) ?? (where.type == TorchSharp.DeviceType.CPU ? Environment.ProcessorCount : 1),
            SaveEvery = TimeSpan.FromMinutes(parse.GetValue(saveMinutes) ?? 10), Architecture = parse.GetValue(architecture) ?? "toybox",
            Precision = parse.GetValue(precision) == "fp32" ? ComputePrecision.Fp32 : ComputePrecision.Bf16,
        };
    }
}

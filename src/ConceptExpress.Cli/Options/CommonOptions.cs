using System.CommandLine;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Cli.Options;

/// <summary>The options that every command has: where results go, and what computes them.</summary>
sealed class CommonOptions
{
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Tell more about errors.", Recursive = true };

    readonly Option<string> output = OptionKinds.Text("--output", "DIR", "Folder for the results; it appears when all is done.", required: true);
    readonly Option<bool> force = new("--force") { Description = "Replace results that the same command left in the output folder." };
    readonly Option<bool> json = new("--json") { Description = "Print one JSON object as the result, and nothing else, on standard output." };
    readonly Option<string> model = OptionKinds.Text("--model", "DIR", "Stable Diffusion checkpoint in the diffusers layout (default: the embedded one, which knows toys).");
    readonly Option<long?> seed = OptionKinds.LongWhole("--seed", (ExtractionSettings settings) => settings.Seed, "Seed of everything random; the same seed gives the same result.");
    readonly Option<string?> device = NewDevice();
    readonly Option<ComputePrecision?> precision = OptionKinds.Choice("--precision", "What UNet and autoencoder compute in (default fp32).", ComputePrecision.Fp32, ComputePrecision.Bf16, ComputePrecision.Fp16);
    readonly Option<int?> threads = OptionKinds.Whole("--threads", (ComputeSettings settings) => settings.Threads, "Threads of one operation (default: one per core).");

    /// <summary><c>--device</c>.</summary>
    public static Option<string?> NewDevice() => OptionKinds.Parsed("--device", "auto|cpu|cuda[:N]", "Where to compute; auto takes CUDA where there is some.",
        text => Devices.IsName(text) ? text : null, Devices.Expected);

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        AddResultsTo(command);
        foreach (var option in new Option[] { model, seed, device, precision, threads }) command.Options.Add(option);
    }

    /// <summary>Gives a command without a model those about results.</summary>
    public void AddResultsTo(Command command)
    {
        foreach (var option in new Option[] { output, force, json }) command.Options.Add(option);
    }

    /// <summary>Gives a command that goes on in its output folder, and has seeds of its own, the others of these options.</summary>
    public void AddResumableTo(Command command)
    {
        foreach (var option in new Option[] { output, json, model, device, precision, threads }) command.Options.Add(option);
    }

    public string Output(ParseResult parse) => parse.GetRequiredValue(output);

    public bool Force(ParseResult parse) => parse.GetValue(force);

    public bool Json(ParseResult parse) => parse.GetValue(json);

    public ModelReference? Model(ParseResult parse) => parse.GetValue(model) is { } name ? ModelReference.Parse(name) : null;

    public long? Seed(ParseResult parse) => parse.GetValue(seed);

    public ComputeSettings Compute(ParseResult parse)
    {
        var settings = new ComputeSettings();
        return settings with
        {
            Device = parse.GetValue(device) ?? settings.Device, Precision = parse.GetValue(precision) ?? settings.Precision, Threads = parse.GetValue(threads),
        };
    }
}

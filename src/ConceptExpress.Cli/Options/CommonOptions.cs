using System.CommandLine;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Cli.Options;

/// <summary>The options that commands share: where results go, and how they are computed.</summary>
/// <param name="model">The options that choose the checkpoint; null for the usual ones.</param>
/// <param name="defaultSeed">The default of <c>--seed</c>, for the help text; null for that of extractions.</param>
sealed class CommonOptions(ModelOptions? model = null, long? defaultSeed = null)
{
    /// <summary><c>--verbose</c>, an option of every command.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Print the details of errors.", Recursive = true };

    /// <summary><c>--telemetry</c>, an option of every command.</summary>
    public static Option<bool> Telemetry { get; } = new("--telemetry")
    {
        Description = "Send traces and metrics of this run by OTLP to OTEL_EXPORTER_OTLP_ENDPOINT (default http://localhost:4317).",
        Recursive = true,
    };

    const string Auto = "auto";

    readonly Option<string> output = OptionKinds.Text("--output", "DIR", "Folder for the results; it appears when everything is done.",
        required: true);
    readonly Option<bool> force = new("--force") { Description = "Replace results that the same command left in the output folder." };
    readonly Option<bool> json = NewJson();
    readonly ModelOptions model = model ?? new ModelOptions();
    readonly Option<long?> seed = OptionKinds.LongWhole("--seed", (ExtractionSettings settings) => settings.Seed,
        $"Seed of everything random; the same seed gives the same result (default {defaultSeed ?? ExtractionSettings.Express.Seed}).");
    readonly Option<string?> device = NewDevice();
    readonly Option<string?> precision = OptionKinds.Choice("--precision", [Auto, "fp32", "bf16", "fp16"],
        "Number format in which UNet and autoencoder compute (default fp32). auto: on CUDA bf16, or fp16 on older devices; else fp32 if it "
            + "fits into memory, or bf16.");
    readonly Option<bool> ignoreEstimate =
        new("--ignore-estimate") { Description = "Run even if it is expected not to fit into memory or onto the disk." };
    readonly Option<int?> threads = OptionKinds.Whole("--threads", (ComputeSettings settings) => settings.Threads,
        "Number of threads per operation (default: one per core).");

    /// <summary>Makes the option <c>--json</c>.</summary>
    public static Option<bool> NewJson() =>
        new("--json") { Description = "Print the result as one JSON object, and nothing else, on standard output." };

    /// <summary>Makes the option <c>--device</c>.</summary>
    public static Option<string?> NewDevice() =>
        OptionKinds.Parsed("--device", "auto|cpu|cuda[:N]", "Where to compute; auto uses CUDA if it is available.",
        text => Devices.IsName(text) ? text : null, Devices.Expected);

    /// <summary>Adds all these options to a command.</summary>
    public void AddTo(Command command)
    {
        AddResultsTo(command);
        model.AddTo(command);
        foreach (var option in new Option[] { seed, device, precision, threads, ignoreEstimate }) command.Options.Add(option);
    }

    /// <summary>Adds only the options about results, for a command without a model.</summary>
    public void AddResultsTo(Command command)
    {
        foreach (var option in new Option[] { output, force, json }) command.Options.Add(option);
    }

    /// <summary>
    /// Adds all but <c>--force</c> and <c>--seed</c>, for a command that continues in its output folder and has its own seeds.
    /// </summary>
    public void AddResumableTo(Command command)
    {
        output.Description = "Folder for the results. Finished pictures are kept there; the same command line continues with the others.";
        foreach (var option in new Option[] { output, json }) command.Options.Add(option);
        model.AddTo(command);
        foreach (var option in new Option[] { device, precision, threads }) command.Options.Add(option);
    }

    /// <summary>The output folder.</summary>
    public string Output(ParseResult parse) => parse.GetRequiredValue(output);

    /// <summary>Whether results of the same command are replaced.</summary>
    public bool Force(ParseResult parse) => parse.GetValue(force);

    /// <summary>Whether the result is printed as JSON.</summary>
    public bool Json(ParseResult parse) => parse.GetValue(json);

    /// <summary>The checkpoint; null for the embedded one, or the one that a result names.</summary>
    public ModelReference? Model(ParseResult parse) => model.Model(parse);

    /// <summary>The seed; null if the option is not given.</summary>
    public long? Seed(ParseResult parse) => parse.GetValue(seed);

    /// <summary>The device; null if the option is not given.</summary>
    public string? Device(ParseResult parse) => parse.GetValue(device);

    /// <summary>The precision of a picture that is drawn again; null if the option is not given.</summary>
    /// <exception cref="UsageException">It is to be chosen automatically.</exception>
    public ComputePrecision? Precision(ParseResult parse) => parse.GetValue(precision) switch
    {
        null => null,
        Auto => throw new UsageException("--precision auto does not work with --like, which repeats the picture's precision; name one."),
        var word => Enum.Parse<ComputePrecision>(word, ignoreCase: true),
    };

    /// <summary>The number of threads; null if the option is not given.</summary>
    public int? Threads(ParseResult parse) => parse.GetValue(threads);

    /// <summary>Device, precision and threads; defaults for options that are not given.</summary>
    public ComputeSettings Compute(ParseResult parse)
    {
        var settings = new ComputeSettings();
        return settings with
        {
            Device = parse.GetValue(device) ?? settings.Device,
            Precision = parse.GetValue(precision) == Auto ? null : Precision(parse) ?? settings.Precision,
            Threads = parse.GetValue(threads),
            IgnoreEstimate = parse.GetValue(ignoreEstimate),
        };
    }
}

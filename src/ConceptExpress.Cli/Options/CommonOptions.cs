using System.CommandLine;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Options;

/// <summary>The options that every command has: where results go, and what computes them.</summary>
sealed partial class CommonOptions
{
    const int MostThreads = 1024;

    /// <summary>The largest seed: JSON readers keep no more digits.</summary>
    public const long LargestSeed = (1L << 53) - 1;

    static readonly string[] Precisions = ["fp32", "bf16", "fp16"];

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Tell more about errors.", Recursive = true };

    readonly Option<string> output = OptionKinds.Text("--output", "DIR", "Folder for the results; it appears when all is done.", required: true);
    readonly Option<bool> force = new("--force") { Description = "Replace results that are in the output folder already." };
    readonly Option<bool> json = new("--json") { Description = "Print one JSON object as the result, and nothing else, on standard output." };
    readonly Option<string> model = OptionKinds.Text("--model", "DIR", "Stable Diffusion checkpoint in the diffusers layout.");
    readonly Option<long?> seed = OptionKinds.LongWhole("--seed", 0, LargestSeed, "Seed of everything random; the same seed gives the same result.");
    readonly Option<string?> device = NewDevice();
    readonly Option<string?> precision = OptionKinds.Choice("--precision", Precisions, "What UNet and autoencoder compute in (default fp32).");
    readonly Option<int?> threads = OptionKinds.Whole("--threads", 1, MostThreads, "Threads of one operation (default: one per core).");

    /// <summary><c>--device</c>.</summary>
    public static Option<string?> NewDevice() => OptionKinds.Parsed("--device", "auto|cpu|cuda[:N]", "Where to compute; auto takes CUDA where there is some.",
        text => DeviceName().IsMatch(text) ? text : null, "auto, cpu, cuda or cuda:N");

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { output, force, json, model, seed, device, precision, threads }) command.Options.Add(option);
    }

    /// <summary>Gives a command that goes on in its output folder, and has seeds of its own, the others of these options.</summary>
    public void AddResumableTo(Command command)
    {
        foreach (var option in new Option[] { output, json, model, device, precision, threads }) command.Options.Add(option);
    }

    public string Output(ParseResult parse) => parse.GetRequiredValue(output);

    public bool Force(ParseResult parse) => parse.GetValue(force);

    public bool Json(ParseResult parse) => parse.GetValue(json);

    public string? Model(ParseResult parse) => parse.GetValue(model);

    public long? Seed(ParseResult parse) => parse.GetValue(seed);

    public ComputeChoice Compute(ParseResult parse) => new(
        parse.GetValue(device) ?? "auto", Enum.Parse<ComputePrecision>(parse.GetValue(precision) ?? Precisions[0], ignoreCase: true),
        parse.GetValue(threads) ?? Environment.ProcessorCount);

    /// <summary>Refuses an output folder that could not be written at the end.</summary>
    /// <exception cref="OutputException">It cannot be written, or is not empty.</exception>
    public void CheckOutput(ParseResult parse) => OutputFolder.Check(Output(parse), Force(parse));

    [GeneratedRegex(@"^(auto|cpu|cuda(:\d{1,2})?)\z")]
    private static partial Regex DeviceName();
}

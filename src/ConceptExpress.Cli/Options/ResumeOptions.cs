using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Options;

/// <summary>The options that stop, save and resume an extraction.</summary>
sealed partial class ResumeOptions
{
    readonly Option<bool> resume =
        new("--resume")
        {
            Description = "Continue the unfinished extraction in the output folder; everything else on the command line must "
        + "be the same."
        };
    readonly Option<double?> stopAfter = OptionKinds.Parsed<double?>("--stop-after", "DURATION",
        "Stop after this time, such as 90s, 45m or 1.5h, and keep what was learned; --resume continues.", Minutes,
        "a duration such as 90s, 45m or 1.5h");
    readonly Option<int?> sampleEvery = OptionKinds.Whole("--sample-every", (ExtractionRequest request) => request.SampleEvery,
        "Draw every word into samples/ after every N passes (default: never).");
    readonly Option<double?> saveMinutes = OptionKinds.Real("--save-minutes", (ExtractionRequest request) => request.SaveMinutes,
        "Minutes between two saved states (default 1).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { resume, stopAfter, sampleEvery, saveMinutes }) command.Options.Add(option);
    }

    /// <summary><paramref name="request"/> with the options that are given.</summary>
    public ExtractionRequest Apply(ParseResult parse, ExtractionRequest request) => request with
    {
        Resume = parse.GetValue(resume),
        StopAfterMinutes = parse.GetValue(stopAfter),
        SampleEvery = parse.GetValue(sampleEvery),
        SaveMinutes = parse.GetValue(saveMinutes) ?? request.SaveMinutes,
    };

    static double? Minutes(string text) => Duration().Match(text) is { Success: true } match
        && double.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var amount) && amount * 60 <= 1e6
        ? amount * match.Groups[2].Value switch { "s" => 1 / 60.0, "h" => 60, _ => 1 }
        : null;

    [GeneratedRegex(@"^([0-9]{1,6}(?:\.[0-9]{1,6})?)(s|m|h)\z")]
    private static partial Regex Duration();
}

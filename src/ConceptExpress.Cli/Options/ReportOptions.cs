using System.CommandLine;
using ConceptExpress.Jobs;
using ConceptExpress.Toybox.Evaluation;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>toybox report</c>: what it measures, and how often.</summary>
sealed class ReportOptions
{
    readonly Option<string> judge = OptionKinds.Text("--judge", "DIR", "Folder of the judge (default: the embedded one).");
    readonly Option<string> training = OptionKinds.Text("--training", "DIR",
        "Output folder of toybox train; the page shows its loss curves.");
    readonly Option<int?> captions = OptionKinds.Whole("--captions", (ToyboxReportSettings settings) => settings.Captions,
        "Number of captions drawn with one toy, and again with two (default 300).");
    readonly Option<int?> renderings = OptionKinds.Whole("--renderings", (ToyboxReportSettings settings) => settings.Renderings,
        "Number of renderings for judge and autoencoder (default 500).");
    readonly Option<int?> localized = OptionKinds.Whole("--localized", (ToyboxReportSettings settings) => settings.Localized,
        "Number of scenes whose concepts are located (default 100).");
    readonly Option<int?> extracted = OptionKinds.Whole("--extracted", (ToyboxReportSettings settings) => settings.Extracted,
        "Number of scenes whose concepts are extracted (default 10).");
    readonly Option<double?> guidance = OptionKinds.Real("--guidance", (ToyboxReportSettings settings) => settings.Guidance,
        "Classifier-free guidance of the drawings (default 5).");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { judge, training, captions, renderings, localized, extracted, guidance })
            command.Options.Add(option);
    }

    public ReportRequest Request(ParseResult parse, string output, long? seed)
    {
        var settings = new ToyboxReportSettings();
        return new ReportRequest
        {
            Output = output,
            Judge = parse.GetValue(judge),
            Training = parse.GetValue(training),
            Settings = settings with
            {
                Seed = (ulong?)seed ?? settings.Seed,
                Captions = parse.GetValue(captions) ?? settings.Captions,
                Renderings = parse.GetValue(renderings) ?? settings.Renderings,
                Localized = parse.GetValue(localized) ?? settings.Localized,
                Extracted = parse.GetValue(extracted) ?? settings.Extracted,
                Guidance = parse.GetValue(guidance) ?? settings.Guidance,
            },
        };
    }
}

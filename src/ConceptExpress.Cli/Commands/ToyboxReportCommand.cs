using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Running;
using ConceptExpress.Evaluation.Toyboxes;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>toybox report</c>: measures a checkpoint of the toybox.</summary>
static class ToyboxReportCommand
{
    const int Most = 100_000, MostGuidance = 100;

    public static Command Create(Session session)
    {
        var command = new Command("report", "Measure a checkpoint of the toybox: captions followed, autoencoder, localization, extraction.");
        var common = new CommonOptions();
        var judge = OptionKinds.Text("--judge", "DIR", "The judge (default: the embedded one).");
        var captions = OptionKinds.Whole("--captions", 0, Most, "Captions drawn with one toy, and as many with two (default 300).");
        var renderings = OptionKinds.Whole("--renderings", 0, Most, "Renderings for judge and autoencoder (default 500).");
        var localized = OptionKinds.Whole("--localized", 0, Most, "Scenes that are localized (default 100).");
        var extracted = OptionKinds.Whole("--extracted", 0, Most, "Scenes whose concepts are extracted (default 10).");
        var guidance = OptionKinds.Real("--guidance", 0, MostGuidance, "Classifier-free guidance of the drawings (default 5).");
        var training = OptionKinds.Text("--training", "DIR", "A folder of toybox train, whose loss curves the page shall show.");
        foreach (var option in new Option[] { judge, training, captions, renderings, localized, extracted, guidance }) command.Options.Add(option);
        common.AddTo(command);
        command.SetAction(parse =>
        {
            common.CheckOutput(parse);
            var settings = new ToyboxReportSettings();
            settings = settings with
            {
                Seed = (ulong?)common.Seed(parse) ?? settings.Seed, Captions = parse.GetValue(captions) ?? settings.Captions,
                Renderings = parse.GetValue(renderings) ?? settings.Renderings, Localized = parse.GetValue(localized) ?? settings.Localized,
                Extracted = parse.GetValue(extracted) ?? settings.Extracted, Guidance = parse.GetValue(guidance) ?? settings.Guidance,
            };
            var job = new ReportJob(settings, common.Compute(parse))
            {
                Model = common.Model(parse), JudgeFolder = parse.GetValue(judge), Training = parse.GetValue(training), Output = common.Output(parse), Replace = common.Force(parse),
            };
            job.Run(session, common.Json(parse));
            return ExitCodes.Done;
        });
        return command;
    }
}

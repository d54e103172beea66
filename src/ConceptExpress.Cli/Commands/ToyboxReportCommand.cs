using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Jobs;
using ConceptExpress.Toybox.Evaluation;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>toybox report</c>: measures a checkpoint that was trained on scenes of toys.</summary>
static class ToyboxReportCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("report",
            "Measure a checkpoint that was trained on toys: captions followed, autoencoder, localization, extraction.");
        var (common, report) = (new CommonOptions(defaultSeed: (long)new ToyboxReportSettings().Seed), new ReportOptions());
        report.AddTo(command);
        common.AddTo(command);
        command.SetAction(parse =>
        {
            var request = report.Request(parse, common.Output(parse), common.Seed(parse)) with
            {
                Replace = common.Force(parse),
                Model = common.Model(parse),
                Compute = common.Compute(parse),
            };
            return session.Run(request, common.Json(parse), (result, output) =>
            {
                foreach (var (name, value) in ToyboxReportPage.Rows(result)) output.WriteLine($"{name}: {value}");
            });
        });
        return command;
    }
}

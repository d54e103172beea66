using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Evaluation.Reports;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>evaluate</c>: compares methods on pictures whose truth is known.</summary>
static class EvaluateCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("evaluate", "Compare methods on pictures whose truth is known. Continues where it was interrupted.");
        var (common, picture, learning, setting, evaluation) = (new CommonOptions(), new PictureOptions(), new LearningOptions(),
            new SettingOptions(), new EvaluationOptions());
        evaluation.AddTo(command);
        picture.AddLocatingTo(command);
        learning.AddScheduleTo(command);
        setting.AddTo(command);
        common.AddResumableTo(command);
        command.SetAction(parse =>
        {
            var request = evaluation.Request(parse, common.Output(parse),
                preset => setting.Apply(parse, preset, settings => learning.Settings(parse, picture.Settings(parse, settings))));
            request = request with { Exif = picture.Exif(parse), Model = common.Model(parse), Compute = common.Compute(parse) };
            return session.Run(request, json: false, (result, output) =>
            {
                if (common.Json(parse)) output.WriteLine(new JsonExporter().Text(result.Results).TrimEnd());
                else output.WriteLine($"{MarkdownExporter.Summary(result.Results)}\n\n{MarkdownExporter.Table(result.Results)}\n"
                    + $"Pictures: {Path.Combine(result.Output, new PageExporter().FileName)}");
            });
        });
        return command;
    }
}

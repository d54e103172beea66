using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Running;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>evaluate</c>: compares methods on pictures whose truth is known.</summary>
static class EvaluateCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("evaluate", "Compare methods on pictures whose truth is known. Goes on where it was interrupted.");
        var (common, picture, learning, evaluation) = (new CommonOptions(), new PictureOptions(), new LearningOptions(), new EvaluationOptions());
        evaluation.AddTo(command);
        picture.AddLocalizationTo(command);
        learning.AddScheduleTo(command);
        common.AddResumableTo(command);
        command.SetAction(parse =>
        {
            var plan = evaluation.Plan(parse, settings => learning.Settings(parse, picture.Changed(parse, settings)));
            var job = new EvaluationJob
            {
                Plan = plan, Data = evaluation.Data(parse), Limit = evaluation.Limit(parse), Model = common.Model(parse), Compute = common.Compute(parse),
                Workers = evaluation.Workers(parse), Clip = evaluation.Clip(parse), Dino = evaluation.Dino(parse), Judge = evaluation.Judge(parse),
                Sources = evaluation.Sources(parse), Exif = picture.ExifOf(parse), Output = common.Output(parse),
            };
            job.Run(session, common.Json(parse));
            return ExitCodes.Done;
        });
        return command;
    }
}

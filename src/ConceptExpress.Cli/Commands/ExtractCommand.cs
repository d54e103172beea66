using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Running;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>extract</c>: finds the concepts of a picture and learns a word for each.</summary>
static class ExtractCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("extract", "Find the concepts of a picture and learn a word for each.");
        var (common, picture, learning) = (new CommonOptions(), new PictureOptions(), new LearningOptions());
        picture.AddTo(command);
        picture.AddMasksTo(command);
        learning.AddTo(command);
        common.AddTo(command);
        command.SetAction(parse =>
        {
            var settings = learning.Settings(parse, picture.Settings(parse, common.Seed(parse)));
            common.CheckOutput(parse);
            var masks = picture.Masks(parse);
            var job = new ExtractionJob
            {
                Learn = true, Settings = settings with { GivenMasks = masks is not null }, Masks = masks,
                Previews = learning.Previews(parse, settings.Preset), Image = picture.Read(parse), ImageName = picture.ImageName(parse),
                Compute = common.Compute(parse), Model = common.Model(parse), Output = common.Output(parse), Replace = common.Force(parse),
            };
            job.Run(session).Print(session.Output, common.Json(parse));
            return ExitCodes.Done;
        });
        return command;
    }
}

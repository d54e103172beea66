using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Running;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>localize</c>: finds the concepts of a picture and learns nothing.</summary>
static class LocalizeCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("localize", "Find the concepts of a picture, without learning words for them.");
        var (common, picture) = (new CommonOptions(), new PictureOptions());
        picture.AddTo(command);
        common.AddTo(command);
        command.SetAction(parse =>
        {
            common.CheckOutput(parse);
            var job = new ExtractionJob
            {
                Learn = false, Settings = picture.Settings(parse, common.Seed(parse)), Image = picture.Read(parse), ImageName = picture.ImageName(parse),
                Compute = common.Compute(parse), Model = common.Model(parse), Output = common.Output(parse), Replace = common.Force(parse),
            };
            job.Run(session).Print(session.Output, common.Json(parse));
            return ExitCodes.Done;
        });
        return command;
    }
}

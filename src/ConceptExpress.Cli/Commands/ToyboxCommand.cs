using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Running;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>toybox</c>: a small world of toys whose truth is known.</summary>
static class ToyboxCommand
{
    public static Command Create(Session session) => new("toybox", "A small world of toys whose truth is known, and the checkpoint that is trained in it.")
    {
        Render(session), ToyboxTrainCommand.Create(session), ToyboxReportCommand.Create(session),
    };

    /// <summary><c>toybox render</c>: draws scenes with true masks.</summary>
    static Command Render(Session session)
    {
        var command = new Command("render", "Draw scenes of toys, each with the true mask of every toy.");
        var options = new SceneOptions();
        options.AddTo(command);
        command.SetAction(parse =>
        {
            options.CheckOutput(parse);
            options.Job(parse).Run(session).Print(session.Output, options.Json(parse));
            return ExitCodes.Done;
        });
        return command;
    }
}

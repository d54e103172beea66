using System.CommandLine;
using ConceptExpress.Cli.Options;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>toybox</c>: a small world of toys whose truth is known.</summary>
static class ToyboxCommand
{
    public static Command Create(Session session) => new("toybox", "A small world of toys whose truth is known, and the checkpoint that is trained in it.")
    {
        Render(session), Train(session), ToyboxReportCommand.Create(session),
    };

    /// <summary><c>toybox render</c>: draws scenes with true masks.</summary>
    static Command Render(Session session)
    {
        var command = new Command("render", "Draw scenes of toys, each with the true mask of every toy.");
        var (common, scenes) = (new CommonOptions(), new SceneOptions());
        scenes.AddTo(command);
        common.AddResultsTo(command);
        command.SetAction(parse => session.Run(scenes.Request(parse, common.Output(parse), common.Force(parse)), common.Json(parse), (result, output) =>
            output.WriteLine($"{result.Scenes} scene{(result.Scenes == 1 ? "" : "s")} in {result.Output}")));
        return command;
    }

    /// <summary><c>toybox train</c>: trains the embedded checkpoint in the toybox's world.</summary>
    static Command Train(Session session)
    {
        var command = new Command("train", "Train the embedded checkpoint in a world of toys. Goes on where it was interrupted.");
        var options = new TrainOptions();
        options.AddTo(command);
        command.SetAction(parse =>
        {
            var request = options.Request(parse);
            return session.Run(request, json: false, (result, output) => output.WriteLine(result.Finished
                ? $"The result is in {result.Output}."
                : $"Time is over; go on with: toybox train --resume --output {request.Output}"));
        });
        return command;
    }
}

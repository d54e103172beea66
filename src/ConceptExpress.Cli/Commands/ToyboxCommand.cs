using System.CommandLine;
using ConceptExpress.Cli.Options;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>toybox</c>: scenes of toys whose truth is known, and the checkpoint that is trained on them.</summary>
static class ToyboxCommand
{
    public static Command Create(Session session) => new("toybox",
        "Work with scenes of toys, whose truth is known, and with the checkpoint that is trained on them.")
    {
        Render(session), Train(session), ToyboxReportCommand.Create(session),
    };

    /// <summary><c>toybox render</c>: draws scenes with their true masks.</summary>
    static Command Render(Session session)
    {
        var command = new Command("render", "Draw scenes of toys, each with the true mask of every toy.");
        var (common, scenes) = (new CommonOptions(), new SceneOptions());
        scenes.AddTo(command);
        common.AddResultsTo(command);
        command.SetAction(
            parse => session.Run(scenes.Request(parse, common.Output(parse), common.Force(parse)), common.Json(parse), (result, output) =>
            output.WriteLine($"{result.Scenes} scene{(result.Scenes == 1 ? "" : "s")} in {result.Output}")));
        return command;
    }

    /// <summary><c>toybox train</c>: trains the embedded checkpoint on scenes of toys.</summary>
    static Command Train(Session session)
    {
        var command = new Command("train", "Train the embedded checkpoint on scenes of toys. Continues where it was interrupted.");
        var options = new TrainOptions();
        options.AddTo(command);
        command.SetAction(parse =>
        {
            var request = options.Request(parse);
            return session.Run(request, json: false, (result, output) => output.WriteLine(result.Finished
                ? $"The result is in {result.Output}."
                : $"The time limit was reached; continue with: toybox train --resume --output {request.Output}"));
        });
        return command;
    }
}

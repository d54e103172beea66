using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Running;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>toybox train</c>: trains the embedded checkpoint in the toybox's world.</summary>
static class ToyboxTrainCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("train", "Train the embedded checkpoint in a world of toys. Goes on where it was interrupted.");
        var options = new TrainOptions();
        options.AddTo(command);
        command.SetAction(parse =>
        {
            new TrainingJob(options.Read(parse)).Run(session);
            return ExitCodes.Done;
        });
        return command;
    }
}

using System.CommandLine;
using ConceptExpress.Cli.Running;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>toybox</c>: the small world with ground truth, and the checkpoint that is trained in it.</summary>
static class ToyboxCommand
{
    public static Command Create(Session session) =>
        new("toybox", "A small world of toys with known truth, and the checkpoint that is trained in it.") { ToyboxTrainCommand.Create(session), ToyboxReportCommand.Create(session) };
}

using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>generate</c>: draws pictures from a prompt with learned words.</summary>
static class GenerateCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("generate", "Draw pictures from a prompt with learned words.");
        var (common, drawing) = (new CommonOptions(), new DrawingOptions());
        drawing.AddTo(command);
        common.AddTo(command);
        command.SetAction(parse =>
        {
            var request = new GenerationRequest
            {
                Concepts = drawing.Folders(parse),
                Embeddings = drawing.Embeddings(parse),
                Settings = drawing.Settings(parse, common.Seed(parse)),
                Count = drawing.Count(parse),
                Model = common.Model(parse),
                Compute = common.Compute(parse),
                Output = common.Output(parse),
                Replace = common.Force(parse),
            };
            return session.Run(request, common.Json(parse), (result, output) =>
                output.WriteLine($"{result.Pictures.Count} picture{(result.Pictures.Count == 1 ? "" : "s")} in {result.Output}"));
        });
        return command;
    }
}

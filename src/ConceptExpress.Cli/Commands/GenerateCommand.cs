using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>generate</c>: draws pictures from a prompt, with or without learned words, or a picture again.</summary>
static class GenerateCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("generate", "Draw pictures from a prompt, with or without learned words.");
        var common = new CommonOptions(new ModelOptions("that of the words, else the embedded one, toys"), defaultSeed: 0);
        var drawing = new DrawingOptions();
        drawing.AddTo(command);
        common.AddTo(command);
        command.SetAction(parse => session.Run(Request(parse, common, drawing), common.Json(parse), (result, output) =>
            output.WriteLine($"{result.Pictures.Count} picture{(result.Pictures.Count == 1 ? "" : "s")} in {result.Output}")));
        return command;
    }

    static JobRequest<PicturesResult> Request(ParseResult parse, CommonOptions common, DrawingOptions drawing) =>
        drawing.Like(parse) is { } picture
            ? new RepetitionRequest
            {
                Picture = picture,
                Changes = drawing.Changes(parse, common.Seed(parse)),
                Concepts = drawing.Folders(parse),
                Embeddings = drawing.Embeddings(parse),
                Count = drawing.Count(parse),
                Model = common.Model(parse),
                Device = common.Device(parse),
                Precision = common.Precision(parse),
                Threads = common.Threads(parse),
                Output = common.Output(parse),
                Replace = common.Force(parse),
            }
            : new GenerationRequest
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
}

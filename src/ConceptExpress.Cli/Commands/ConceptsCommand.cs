using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>concepts</c>: works with folders of concepts.</summary>
static class ConceptsCommand
{
    public static Command Create(Session session) => new("concepts", "Work with folders of concepts.") { Import(session) };

    /// <summary><c>concepts import</c>: makes a concept folder from embedding files.</summary>
    static Command Import(Session session)
    {
        var command = new Command("import",
            "Make a folder of concepts from embedding files of this or other programs. --model checks them with a checkpoint.");
        var (common, import, model) = (new CommonOptions(), new ImportOptions(), new ModelOptions());
        import.AddTo(command);
        common.AddResultsTo(command);
        model.AddTo(command);
        command.SetAction(parse =>
        {
            var request = import.Request(parse, common.Output(parse)) with
            {
                Replace = common.Force(parse),
                Model = model.Model(parse),
            };
            return session.Run(request, common.Json(parse), Print);
        });
        return command;
    }

    static void Print(ConceptsResult result, TextWriter output)
    {
        var concepts = result.Manifest.Concepts;
        output.WriteLine($"{concepts.Count} word{(concepts.Count == 1 ? "" : "s")} in {result.Output}");
        foreach (var concept in concepts) output.WriteLine($"  {concept.Token}  from {concept.Imported!.File}");
        output.WriteLine(
            $"Draw with them: conceptexpress generate --concepts \"{result.Output}\" --prompt \"a photo of {concepts[0].Token}\" --output "
            + "pictures");
    }
}

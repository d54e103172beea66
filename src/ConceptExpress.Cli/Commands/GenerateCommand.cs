using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Running;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;

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
            var settings = drawing.Settings(parse, common.Seed(parse));
            common.CheckOutput(parse);
            var folders = drawing.Folders(parse).Select(ConceptFolder.Open).ToList();
            var vocabulary = ConceptVocabulary.Of(folders);
            RefuseUnknownWords(vocabulary, settings);
            var job = new GenerationJob
            {
                Folders = folders, Vocabulary = vocabulary, Settings = settings, Count = drawing.Count(parse), Compute = common.Compute(parse),
                Model = common.Model(parse), Output = common.Output(parse), Replace = common.Force(parse),
            };
            job.Run(session).Print(session.Output, common.Json(parse));
            return ExitCodes.Done;
        });
        return command;
    }

    static void RefuseUnknownWords(ConceptVocabulary vocabulary, GenerationSettings settings)
    {
        if (vocabulary.UnknownIn($"{settings.Prompt} {settings.NegativePrompt}") is not [_, ..] unknown) return;
        var known = string.Join(", ", vocabulary.Words.Select(word => word.Token));
        throw new UsageException($"no concept is called {string.Join(" or ", unknown)}; the words of these folders are {known}.");
    }
}

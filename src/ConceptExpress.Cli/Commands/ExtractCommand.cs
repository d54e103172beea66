using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Jobs;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>extract</c>: finds the concepts of a picture and learns a word for each.</summary>
static class ExtractCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("extract", "Find the concepts of a picture and learn a word for each.");
        var (common, picture, learning, setting) = (new CommonOptions(), new PictureOptions(), new LearningOptions(), new SettingOptions());
        var (naming, resuming) = (new NamingOptions(), new ResumeOptions());
        picture.AddTo(command);
        learning.AddTo(command);
        naming.AddTo(command);
        setting.AddTo(command);
        resuming.AddTo(command);
        common.AddTo(command);
        command.SetAction(parse =>
        {
            var settings = setting.Apply(parse, picture.Preset(parse),
                settings =>
                    learning.Settings(parse, picture.Settings(parse, settings)) with { Seed = common.Seed(parse) ?? settings.Seed });
            var request = new ExtractionRequest
            {
                Picture = picture.Image(parse),
                Exif = picture.Exif(parse),
                Masks = picture.Masks(parse),
                Settings = settings,
                Names = naming.Names(parse),
                Clip = naming.Clip(parse),
                Previews = learning.Previews(parse, settings.Preset),
                Model = common.Model(parse),
                Compute = common.Compute(parse),
                Output = common.Output(parse),
                Replace = common.Force(parse),
            };
            return session.Run(resuming.Apply(parse, request), common.Json(parse), Print);
        });
        return command;
    }

    /// <summary>Prints the result of <c>extract</c> or <c>localize</c>: the concepts, and what can be done next.</summary>
    public static void Print(ConceptsResult result, TextWriter output)
    {
        var concepts = result.Manifest.Concepts;
        output.WriteLine($"{concepts.Count} concept{(concepts.Count == 1 ? "" : "s")} in {result.Output}");
        foreach (var concept in concepts)
            output.WriteLine(FormattableString.Invariant(
                $"  {concept.Token}  {100 * concept.Coverage:0.0} % of the picture{Sure(concept.Confidence)}")
                + Perhaps(concept.Naming?.Name));
        if (result.Manifest.Unfinished is { } unfinished)
            output.WriteLine(
                $"Unfinished: {unfinished.Pass} of {unfinished.Passes} passes are done. To continue, run the same command with --resume.");
        if (concepts is not [{ Embedding: not null } first, ..]) return;
        output.WriteLine(
            $"Draw with them: conceptexpress generate --concepts \"{result.Output}\" --prompt \"a photo of {first.Token}\" --output "
            + "pictures");
        Spellings.Print(first.Name, output);
    }

    static string Sure(double? confidence) => confidence is { } value ? FormattableString.Invariant($", {100 * value:0} % sure") : "";

    static string Perhaps(string? name) => name is null ? "" : $", perhaps {ConceptNames.WithArticle(name)}";
}

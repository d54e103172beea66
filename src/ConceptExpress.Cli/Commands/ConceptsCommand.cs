using System.CommandLine;
using System.Text.Json;
using ConceptExpress.Cli.Options;
using ConceptExpress.Jobs;
using ConceptExpress.Jobs.Concepts;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>concepts</c>: works with folders of concepts.</summary>
static class ConceptsCommand
{
    public static Command Create(Session session) => new("concepts",
        "Work with folders of concepts: list, rename and remove words, and take them to other programs.")
    {
        List(session), Show(session), Rename(session), Remove(session), Export(session), Import(session),
    };

    /// <summary><c>concepts list</c>: one line for each concept.</summary>
    static Command List(Session session)
    {
        var (command, json) = (new Command("list", "List the concepts of folders, and of folders below them."), CommonOptions.NewJson());
        var folders = ConceptOptions.NewFolders("Folders of concepts, or folders that hold some, at most four levels down.");
        command.Arguments.Add(folders);
        command.Options.Add(json);
        command.SetAction(parse => session.Run(new ConceptListRequest { Folders = parse.GetRequiredValue(folders) }, parse.GetValue(json),
            (result, output) =>
            {
                foreach (var folder in result.Folders)
                {
                    output.WriteLine(Heading(folder));
                    foreach (var concept in folder.Manifest.Concepts) output.WriteLine($"  {Line(concept)}");
                }
            }));
        return command;
    }

    /// <summary><c>concepts show</c>: everything about the concepts of a folder.</summary>
    static Command Show(Session session)
    {
        var command = new Command("show", "Show the concepts of a folder: files, words, and what to type in each program.");
        var (folder, json) = (ConceptOptions.NewFolder(), CommonOptions.NewJson());
        var names = ConceptOptions.NewNames("Only these concepts", ArgumentArity.ZeroOrMore);
        command.Arguments.Add(folder);
        command.Arguments.Add(names);
        command.Options.Add(json);
        command.SetAction(parse =>
        {
            var found = session.Result(new ConceptListRequest { Folders = [parse.GetRequiredValue(folder)] }).Folders;
            if (found is not [var only])
                throw new UsageException($"{parse.GetValue(folder)} holds {found.Count} folders of concepts; name one of them.");
            var wanted = (parse.GetValue(names) ?? []).Select(name => ConceptFolderEditor.Find(only.Manifest, only.Path, name)).ToList();
            var concepts = wanted.Count > 0 ? wanted : only.Manifest.Concepts;
            if (parse.GetValue(json)) session.Output.WriteLine(JsonSerializer.Serialize(concepts, LibraryJson.Indented));
            else Print(only, concepts, session.Output);
            return ExitCodes.Done;
        });
        return command;
    }

    static void Print(ListedFolder folder, IReadOnlyList<ConceptRecord> concepts, TextWriter output)
    {
        output.WriteLine(Heading(folder));
        foreach (var concept in concepts)
        {
            output.WriteLine($"\n{Line(concept)}");
            foreach (var (kind, words) in concept.Naming?.Nearest ?? new Dictionary<string, IReadOnlyList<Extraction.Naming.NearWord>>())
                output.WriteLine($"  near by {kind}: {string.Join(", ", words.Select(near => near.Word))}");
            foreach (var file in new[] { concept.Mask, concept.Embedding }.Concat(concept.Previews).OfType<string>())
                output.WriteLine($"  {Path.Combine(folder.Path, file)}");
            if (concept.Embedding is null) continue;
            output.WriteLine("  prompts say:");
            Spellings.PrintLines(concept.Name, output, indent: 4);
        }
        if (concepts.Any(concept => concept.Embedding is not null)) output.WriteLine($"\n{Spellings.HowToExport}.");
    }

    static string Heading(ListedFolder folder)
    {
        var manifest = folder.Manifest;
        var from = manifest.Image is { } image ? $"{image.Name}, {image.Width}x{image.Height}" : "imported";
        var state = manifest.Unfinished is { } unfinished ? $", unfinished ({unfinished.Pass} of {unfinished.Passes} passes)"
            : manifest.Learned ? "" : ", only located";
        return $"{folder.Path}: {from}{(manifest.Model is { } model ? $", {model.Name}" : "")}{state}";
    }

    static string Line(ConceptRecord concept) => FormattableString.Invariant(
        $"{concept.Token}{(concept.Coverage is { } share ? FormattableString.Invariant($"  {100 * share:0.0} % of the picture") : "")}")
        + (concept.Naming?.Name is { } name ? $"  perhaps {ConceptNames.WithArticle(name)}" : "")
        + (concept.Imported is { } imported ? $"  from {imported.File}" : "");

    /// <summary><c>concepts rename</c>: other names for concepts.</summary>
    static Command Rename(Session session)
    {
        var command = new Command("rename", "Give concepts other names: NAME=NEW, or --suggested. Files, previews and words are renamed.");
        var (folder, renames, json) = (ConceptOptions.NewFolder(), ConceptOptions.NewRenames(), CommonOptions.NewJson());
        var suggested = new Option<bool>("--suggested")
        {
            Description = "Call every concept after the picture and its suggested name: toybox-01-ball.",
        };
        command.Arguments.Add(folder);
        command.Arguments.Add(renames);
        command.Options.Add(suggested);
        command.Options.Add(json);
        command.SetAction(parse =>
        {
            var names = parse.GetValue(renames) ?? [];
            if (names.Count > 0 == parse.GetValue(suggested))
                throw new UsageException("concepts rename takes NAME=NEW, or --suggested; name what to rename.");
            return session.Run(new ConceptRenameRequest { Concepts = parse.GetRequiredValue(folder), Names = names },
                parse.GetValue(json), (result, output) =>
            {
                PrintChanged(result, output);
                if (File.Exists(Path.Combine(result.Output, ResultNames.Report)))
                    output.WriteLine($"{ResultNames.Report} and the charts tell of the extraction, and keep the old names.");
            });
        });
        return command;
    }

    /// <summary><c>concepts remove</c>: deletes concepts from a folder.</summary>
    static Command Remove(Session session)
    {
        var command = new Command("remove", "Delete concepts from a folder: their masks, words and previews.");
        var (folder, json) = (ConceptOptions.NewFolder(), CommonOptions.NewJson());
        var names = ConceptOptions.NewNames("The concepts to delete", ArgumentArity.OneOrMore);
        command.Arguments.Add(folder);
        command.Arguments.Add(names);
        command.Options.Add(json);
        command.SetAction(parse => session.Run(
            new ConceptRemoveRequest { Concepts = parse.GetRequiredValue(folder), Names = parse.GetRequiredValue(names) },
            parse.GetValue(json), PrintChanged));
        return command;
    }

    static void PrintChanged(ConceptsResult result, TextWriter output)
    {
        output.WriteLine($"{result.Manifest.Concepts.Count} concept{(result.Manifest.Concepts.Count == 1 ? "" : "s")} in {result.Output}");
        foreach (var concept in result.Manifest.Concepts) output.WriteLine($"  {Line(concept)}");
    }

    /// <summary><c>concepts export</c>: puts words where another program finds them.</summary>
    static Command Export(Session session)
    {
        var command = new Command("export", "Put words where another program looks for embedding files, and tell what to type there.");
        var folders = ConceptOptions.NewFolders("Folders of concepts: outputs of extract or concepts import.");
        var (program, only, json) = (ConceptOptions.NewProgram(), ConceptOptions.NewOnly(), CommonOptions.NewJson());
        var to = OptionKinds.Text("--to", "DIR", "The folder of the program, or any folder for embedding files.", required: true);
        var force = new Option<bool>("--force") { Description = "Replace earlier versions of the same words; never other files." };
        command.Arguments.Add(folders);
        foreach (var option in new Option[] { program, to, only, force, json }) command.Options.Add(option);
        command.SetAction(parse => session.Run(
            new ConceptExportRequest
            {
                Concepts = parse.GetRequiredValue(folders),
                Names = parse.GetValue(only) ?? [],
                Program = parse.GetRequiredValue(program)!,
                To = parse.GetRequiredValue(to),
                Replace = parse.GetValue(force),
            }, parse.GetValue(json), PrintExported));
        return command;
    }

    static void PrintExported(ExportedWords result, TextWriter output)
    {
        output.WriteLine($"{result.Words.Count} word{(result.Words.Count == 1 ? "" : "s")} for {result.Program} in {result.Folder}. "
            + "Prompts say:");
        foreach (var word in result.Words)
            output.WriteLine($"  {word.Spelling}{(word.IsNew ? "" : "  (was there already)")}");
        output.WriteLine(result.Hint);
    }

    /// <summary><c>concepts import</c>: makes a concept folder from embedding files.</summary>
    static Command Import(Session session)
    {
        var command = new Command("import",
            "Make a folder of concepts from embedding files of this or other programs. --model checks them with a checkpoint.");
        var (common, import, model) = (new CommonOptions(), new ImportOptions(), new ModelOptions("none: the words are not checked"));
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
            return session.Run(request, common.Json(parse), PrintImported);
        });
        return command;
    }

    static void PrintImported(ConceptsResult result, TextWriter output)
    {
        var concepts = result.Manifest.Concepts;
        output.WriteLine($"{concepts.Count} word{(concepts.Count == 1 ? "" : "s")} in {result.Output}");
        foreach (var concept in concepts) output.WriteLine($"  {Line(concept)}");
        output.WriteLine(
            $"Draw with them: conceptexpress generate --concepts \"{result.Output}\" --prompt \"a photo of {concepts[0].Token}\" --output "
            + "pictures");
    }
}

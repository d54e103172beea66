using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Programs;

namespace ConceptExpress.Jobs.Concepts;

/// <summary>Puts the words of concept folders where another program looks for embedding files.</summary>
sealed record ConceptExportRequest : JobRequest<ExportedWords>
{
    /// <summary>Paths of concept folders, 1 or more.</summary>
    public required IReadOnlyList<string> Concepts { get; init; }

    /// <summary>The names or words of the concepts to export; empty for all.</summary>
    /// <value>The default is an empty list.</value>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The program: <see cref="DrawingProgram.Id"/>.</summary>
    public required string Program { get; init; }

    /// <summary>The folder of the program, or any folder that it looks into.</summary>
    public required string To { get; init; }

    /// <summary>Whether earlier versions of the same words may be replaced.</summary>
    /// <value>The default is false.</value>
    public bool Replace { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">No folder is given, or there is no such program or concept.</exception>
    /// <exception cref="ConceptFolderException">A folder is damaged, or has no words.</exception>
    /// <exception cref="OutputException">
    /// The files cannot be written. <see cref="OutputOccupiedException"/>: another file there has the name of a word.
    /// </exception>
    public override ExportedWords Work(JobContext context) => Observed(context, Perform);

    ExportedWords Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        SettingsCheck.Rule(Concepts.Count > 0, "no folder of concepts is given; name one.");
        var program = DrawingProgram.ById(Program) ?? throw new SettingsException(
            $"program is '{Program}'; use one of {string.Join(", ", DrawingProgram.All.Select(each => each.Id))}.");
        var export = new WordExport(program, To, Replace);
        var wanted = Names.ToHashSet();
        foreach (var folder in Concepts.Select(ConceptFolder.Open))
            foreach (var concept in folder.Manifest.Concepts.Where(concept => concept.Embedding is not null))
                if (Names.Count == 0 || wanted.RemoveWhere(name => Means(folder, name, concept)) > 0) Add(export, folder, concept);
        SettingsCheck.Rule(wanted.Count == 0,
            $"no folder has a concept called {string.Join(" or ", wanted)}, or several concepts' names end so; list them to see "
            + "their names.");
        var words = export.Write();
        if (program.IsNamePlain)
            foreach (var word in words.Where(word => word.Name.All(char.IsAsciiLetter)))
                context.Report(new Warned($"in {program.Title}, every '{word.Name}' in a prompt will draw this concept; rename it to "
                    + "keep the ordinary word."));
        context.Report(new Produced(export.Place));
        return new ExportedWords(program.Title, Path.GetFullPath(export.Place), words, program.Hint);
    }

    static bool Means(ConceptFolder folder, string name, ConceptRecord concept)
    {
        try
        {
            return ConceptFolderEditor.Find(folder.Manifest, folder.Path, name) == concept;
        }
        catch (SettingsException)
        {
            return false;
        }
    }

    static void Add(WordExport export, ConceptFolder folder, ConceptRecord concept)
    {
        try
        {
            export.Add(folder, concept);
        }
        catch (CheckpointException e)
        {
            throw new EmbeddingException(e.Message, e);
        }
    }
}

/// <summary>The words that were put where a program finds them.</summary>
/// <param name="Program">The name of the program.</param>
/// <param name="Folder">The full path of the folder with the files.</param>
/// <param name="Words">The words, in the order of the folders.</param>
/// <param name="Hint">Sentences: what else to do before the words work.</param>
sealed record ExportedWords(string Program, string Folder, IReadOnlyList<ExportedWord> Words, string Hint);

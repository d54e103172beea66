using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs;

/// <summary>Writes the words of embedding files as a concept folder, so that they can be used like learned ones.</summary>
public sealed record ImportRequest : FolderRequest<ConceptsResult>
{
    /// <summary>
    /// The files, 1 or more, of any program. If a file has a word that an earlier one has, too, all its words get a prefix made from the
    /// file's name, which an event (<see cref="Noted"/>) tells.
    /// </summary>
    public required IReadOnlyList<EmbeddingReference> Embeddings { get; init; }

    /// <summary>
    /// The prefix of the folder, which tells its words from those of other folders: 1 to 40 characters, without spaces and angle brackets.
    /// </summary>
    /// <value>The default is null: made from the name of the first file.</value>
    public string? Prefix { get; init; }

    /// <summary>
    /// The checkpoint that the words are for. They are checked with it, and the folder names it, so that it is used without being named
    /// again. Null to check nothing.
    /// </summary>
    /// <value>The default is null.</value>
    public ModelReference? Model { get; init; }

    /// <summary>Where the checkpoint is loaded.</summary>
    /// <value>The default has each property's default: device <c>auto</c>, fp32, one thread per core.</value>
    public ComputeSettings Compute { get; init; } = new();

    /// <inheritdoc/>
    /// <exception cref="SettingsException">
    /// No file is given, the prefix or a word cannot be one, or a word is in the checkpoint's vocabulary.
    /// </exception>
    /// <exception cref="EmbeddingException">A file is missing, damaged or something else.</exception>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged, or takes vectors of another length.</exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written. <see cref="OutputOccupiedException"/>: it has content that must not be replaced, or an input.
    /// </exception>
    /// <exception cref="OperationCanceledException">The job was cancelled; nothing was written.</exception>
    public override ConceptsResult Work(JobContext context) => Observed(context, Perform);

    ConceptsResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        SettingsCheck.Rule(Embeddings.Count > 0, "no embedding file is given; name at least one.");
        SettingsCheck.Rule(Prefix is null || ConceptNames.IsPrefix(Prefix),
            $"'{Prefix}' cannot be a prefix, which has 1 to 40 characters, without spaces and angle brackets; choose another.");
        var output = Folder(ResultNames.Import);
        output.Check([.. Embeddings.Select(each => each.Path), FolderOf(Model)]);
        var words = ConceptVocabulary.Of(Embeddings.Select(each => each.Open(context)));
        foreach (var renaming in words.Renamings) context.Report(new Noted(renaming));
        var record = Model is null ? null : context.Models.Use(Model, Compute, context, loaded =>
        {
            WordFit.Require(words.Entries, loaded.Model);
            return loaded.Record;
        });
        context.Stop.ThrowIfCancellationRequested();
        ConceptManifest? manifest = null;
        output.Write(folder => manifest = ImportedFolderWriter.Write(folder, words, Prefix ?? words.Sources[0].Prefix, record));
        context.Report(new Produced(output.Path));
        return new ConceptsResult(output.Path, manifest!, context.Warnings);
    }
}

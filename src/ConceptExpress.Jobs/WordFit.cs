using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs;

/// <summary>Whether words can be used with a checkpoint.</summary>
static class WordFit
{
    /// <summary>Checks all words, before anything is drawn or written.</summary>
    /// <exception cref="CheckpointException">The checkpoint takes vectors of another width.</exception>
    /// <exception cref="ConceptFolderException">A word of a folder is in the checkpoint's vocabulary.</exception>
    /// <exception cref="SettingsException">A word that was given to an embedding file is in the checkpoint's vocabulary.</exception>
    public static void Require(IEnumerable<ConceptVocabulary.Entry> words, StableDiffusion model)
    {
        foreach (var entry in words)
        {
            if (entry.Word.Vectors.FirstOrDefault(vector => vector.Length != model.WordWidth) is { } other)
                throw new CheckpointException(WrongWidth(entry, other.Length, model));
            if (!model.Texts.Any(text => text.Tokenizer.Knows(entry.Word.Token))) continue;
            if (entry.Source.Folder is not null)
                throw new ConceptFolderException(
                    $"{Path.Combine(entry.Source.Path, ResultNames.Manifest)} has the word {entry.Word.Token}, which {model.Name} knows "
                    + "already; give the concept another word.");
            throw new SettingsException(
                $"{entry.Word.Token} of {entry.Source.Path} is already in the vocabulary of {model.Name}; give it another word.");
        }
    }

    static string WrongWidth(ConceptVocabulary.Entry entry, int width, StableDiffusion model)
    {
        var made = EmbeddingFamilies.Of(width) is { } family ? $", which are for {family}" : "";
        var taken = EmbeddingFamilies.Of(model.WordWidth) is { } other ? $" ({other})" : "";
        return $"{entry.Original} of {entry.Source.Path} has vectors of {width} values{made}, but {model.Name} takes {model.WordWidth}"
            + $"{taken}; use a checkpoint that the word was learned on, or another word.";
    }
}

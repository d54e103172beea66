using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;

namespace ConceptExpress.Jobs;

/// <summary>Whether words can be used with a checkpoint.</summary>
static class WordFit
{
    /// <summary>Checks all words, before anything is drawn or written.</summary>
    /// <exception cref="CheckpointException">The checkpoint takes vectors of another width.</exception>
    /// <exception cref="SettingsException">A word is in the checkpoint's vocabulary.</exception>
    public static void Require(ConceptVocabulary vocabulary, StableDiffusion model)
    {
        foreach (var entry in vocabulary.Entries)
        {
            if (entry.Word.Vectors.FirstOrDefault(vector => vector.Length != model.WordWidth) is { } other)
                throw new CheckpointException(WrongWidth(entry, other.Length, model));
            SettingsCheck.Rule(!model.Texts.Any(text => text.Tokenizer.Knows(entry.Word.Token)),
                $"{entry.Word.Token} of {entry.Source.Path} is already in the vocabulary of {model.Name}; "
                + (entry.Source.Folder is null ? "give it another word." : $"change the token in its concepts.json."));
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

using ConceptExpress.Diffusion;
using ConceptExpress.Encoders;
using ConceptExpress.Encoders.Naming;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Naming;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;

namespace ConceptExpress.Jobs.Naming;

/// <summary>
/// Looks up what learned concepts may be called: the nearest words of the checkpoint's vocabulary by vectors and by features of its text
/// encoder, and, if there is a CLIP, by the concepts' close-ups. It does not change what was learned.
/// </summary>
/// <param name="model">The checkpoint that the words were learned on.</param>
/// <param name="encoder">Sees the close-ups; null to look only at words. It stays the caller's to dispose of.</param>
sealed class ConceptNamer(StableDiffusion model, ClipEncoder? encoder)
{
    /// <summary>Name of the phase, the same everywhere.</summary>
    public const string Phase = "name concepts";

    /// <summary>Names of the lists in <see cref="ConceptNaming.Nearest"/>.</summary>
    public const string Embedding = "embedding", Text = "text", Picture = "picture";

    /// <summary>Number of words in each list.</summary>
    public const int Listed = 10;

    // Each word costs a prompt of both text encoders. On two cores, CLIP's whole vocabulary would take many minutes.
    const int MaxFrequent = 2048, NearestOfEach = 256;

    readonly WordRetrieval retrieval = new(model);

    /// <summary>Maximum number of prompts that the checkpoint's text encoder reads, for estimates of time.</summary>
    /// <param name="words">Number of words in the vocabulary.</param>
    /// <param name="concepts">Number of concepts.</param>
    public static long Prompts(int words, int concepts) =>
        Math.Min(words, MaxFrequent + (long)NearestOfEach * concepts) + (1 + NameChoice.Prompts) * (long)concepts;

    /// <summary>Looks up what the concepts of a job may be called, as a phase of its own.</summary>
    /// <param name="learned">The learned concepts.</param>
    /// <param name="picture">The picture that they were found in.</param>
    /// <param name="loaded">The checkpoint that the words were learned on.</param>
    /// <param name="clip">Folder of a CLIP; null for <see cref="NamingEncoder"/>'s choice.</param>
    /// <param name="log">Receives the phase and its steps.</param>
    /// <param name="stop">Cancels between two concepts.</param>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The CLIP is missing or damaged, or is none.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<ConceptNaming> NamesOf(ConceptSet learned, RgbImage picture, LoadedModel loaded, string? clip,
        IProgress<ProgressEvent> log, CancellationToken stop)
    {
        log.Report(new PhaseBegan(Phase, learned.Concepts.Count));
        using var encoder = NamingEncoder.For(loaded, clip);
        return new ConceptNamer(loaded.Model, encoder).Names(picture, learned.Concepts, () => log.Report(new Advanced()), stop);
    }

    /// <summary>Returns what the concepts may be called, in their order.</summary>
    /// <param name="picture">The picture that they were found in.</param>
    /// <param name="concepts">The learned concepts.</param>
    /// <param name="named">Called once for every concept.</param>
    /// <param name="stop">Cancels between two concepts.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<ConceptNaming> Names(RgbImage picture, IReadOnlyList<Concept> concepts, Action named, CancellationToken stop)
    {
        if (concepts.Count == 0 || retrieval.Words.Count == 0)
            return [.. concepts.Select(_ => new ConceptNaming(null, new Dictionary<string, IReadOnlyList<NearWord>>()))];
        string[] candidates = [.. retrieval.Words.Take(MaxFrequent)
            .Union(concepts.SelectMany(concept => retrieval.ByEmbedding(concept.Word.Vectors, NearestOfEach).Select(near => near.Word)))];
        using var read = retrieval.Read(candidates);
        using var seen = encoder is null ? null : new PictureWords(encoder, candidates);
        var names = new List<ConceptNaming>();
        foreach (var concept in concepts)
        {
            stop.ThrowIfCancellationRequested();
            var vectors = concept.Word.Vectors;
            var embedding = retrieval.ByEmbedding(vectors, Listed);
            var text = read.Nearest(vectors, Listed);
            IReadOnlyList<NearWord>? pictured = seen is null ? null
                : [.. seen.Nearest(CloseUp(picture, concept.Location.Mask), Listed).Select(near => new NearWord(near.Word, near.Cosine))];
            var nearest = new Dictionary<string, IReadOnlyList<NearWord>> { [Embedding] = embedding, [Text] = text };
            if (pictured is not null) nearest[Picture] = pictured;
            names.Add(new ConceptNaming(NameChoice.Of(retrieval, vectors, embedding, text, pictured), nearest));
            named();
        }
        return names;
    }

    RgbImage CloseUp(RgbImage picture, GridMask mask)
    {
        var cell = Math.Max((double)picture.Width / mask.Grid.Width, (double)picture.Height / mask.Grid.Height);
        return CloseUpView.Of(picture, mask.ToMask(picture.Size), cell, encoder!.Preprocessing.Crop);
    }
}

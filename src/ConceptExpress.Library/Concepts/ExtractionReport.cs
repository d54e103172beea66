using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Naming;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Library.Concepts;

/// <summary>The results of an extraction, or of locating alone: the input of <see cref="ConceptFolderWriter"/>.</summary>
sealed record ExtractionReport
{
    /// <summary>The name of the picture's file, without its folder.</summary>
    public required string ImageName { get; init; }

    /// <summary>The picture at its original size.</summary>
    public required DecodedImage Image { get; init; }

    /// <summary>The checkpoint that was used.</summary>
    public required ModelRecord Model { get; init; }

    /// <summary>The settings that were used, with the resolution filled in.</summary>
    public required ExtractionSettings Settings { get; init; }

    /// <summary>True if the masks were given; false if they were found in the picture.</summary>
    public bool GivenMasks { get; init; }

    /// <summary>What both presets' locators found, side by side.</summary>
    /// <value>The default is null: not compared.</value>
    public RgbImage? Comparison { get; init; }

    /// <summary>The located concepts, with masks on the latent grid.</summary>
    public required IReadOnlyList<LocatedConcept> Located { get; init; }

    /// <summary>
    /// The words of the located concepts, in the same order, called as in learning; null if none were learned.
    /// </summary>
    public ConceptSet? Learned { get; init; }

    /// <summary>Names that a person gave to the first concepts, all different; the others are called after the picture.</summary>
    public IReadOnlyList<string> GivenNames { get; init; } = [];

    /// <summary>What tells the words of this picture from those of others.</summary>
    public string Prefix => ConceptNames.PrefixFor(ImageName);

    /// <summary>The names of the concepts, all different.</summary>
    public IReadOnlyList<string> Names => ConceptNames.For(Prefix,
        [.. Located.Select((_, i) => Learned?.Concepts[i].Word.Token ?? ConceptWord.NameOf(i))], GivenNames);

    /// <summary>The learned concepts, whose words are made from <see cref="Names"/>; null if none were learned.</summary>
    public ConceptSet? Named => Learned is null ? null : Learned with
    {
        Concepts = [.. Learned.Concepts.Zip(Names, (concept, name) => concept with { Word = concept.Word with { Token = $"<{name}>" } })],
    };

    /// <summary>What the located concepts may be called, in the same order; null if nobody looked.</summary>
    public IReadOnlyList<ConceptNaming>? Namings { get; init; }

    /// <summary>Where the words are seen in the picture, in the same order; null if nobody looked.</summary>
    public IReadOnlyList<AttentionMap>? WordMaps { get; init; }

    /// <summary>The previews; null if none were drawn.</summary>
    public PreviewSheet? Previews { get; init; }

    /// <summary>The full paths of the samples (pictures drawn while learning), in order.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];

    /// <summary>The progress of a learning that was stopped early; null if it is finished.</summary>
    public UnfinishedRecord? Unfinished { get; init; }

    /// <summary>The log of all optimizer steps; null if nothing was learned.</summary>
    public StepLog? Steps { get; init; }

    /// <summary>What a person should know about the result, one sentence each; empty if there is nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The version, machine and times of the run, for <c>run.json</c>.</summary>
    public required RunRecord Run { get; init; }
}

/// <summary>The previews of an extraction: pictures drawn with the new words.</summary>
/// <param name="Settings">How the pictures were drawn.</param>
/// <param name="OfConcepts">The pictures of each concept, in the order of the concepts.</param>
/// <param name="Joint">One picture of all concepts; null if there is only one concept, or if the prompt would be too long.</param>
sealed record PreviewSheet(PreviewSettings Settings, IReadOnlyList<IReadOnlyList<RgbImage>> OfConcepts, RgbImage? Joint);

using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Library.Concepts;

/// <summary>Everything that an extraction, or only its first half, has to tell: what <see cref="ConceptFolderWriter"/> writes down.</summary>
public sealed record ExtractionReport
{
    /// <summary>The file's name, without its folder.</summary>
    public required string ImageName { get; init; }

    /// <summary>The picture at its own size.</summary>
    public required DecodedImage Image { get; init; }

    public required ModelRecord Model { get; init; }

    /// <summary>As used, with the resolution that was taken.</summary>
    public required ExtractionSettings Settings { get; init; }

    /// <summary>Whether the masks were given; otherwise they were found.</summary>
    public bool GivenMasks { get; init; }

    public required IReadOnlyList<LocatedConcept> Located { get; init; }

    /// <summary>The words of the located concepts, in the same order; null where none were learned.</summary>
    public ConceptSet? Learned { get; init; }

    public PreviewSheet? Previews { get; init; }

    /// <summary>Pictures that were drawn while learning, as full paths in order.</summary>
    public IReadOnlyList<string> Samples { get; init; } = [];

    /// <summary>How far learning came, where it was stopped; null where it is finished.</summary>
    public UnfinishedRecord? Unfinished { get; init; }

    /// <summary>The optimizer's steps; null where nothing was learned.</summary>
    public StepLog? Steps { get; init; }

    public required RunRecord Run { get; init; }
}

/// <summary>Pictures drawn with the new words.</summary>
/// <param name="Settings">How.</param>
/// <param name="OfConcepts">For each concept its pictures.</param>
/// <param name="Joint">All concepts in one picture; null for a single concept, or where the prompt is too long.</param>
public sealed record PreviewSheet(PreviewSettings Settings, IReadOnlyList<IReadOnlyList<RgbImage>> OfConcepts, RgbImage? Joint);

using System.Text.Json.Serialization;
using ConceptExpress.Extraction.Locating;

namespace ConceptExpress.Library.Settings;

/// <summary>The JSON form of <see cref="LocatingSettings"/>; the field <c>kind</c> says which locator it is for.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = Kind)]
[JsonDerivedType(typeof(PublishedLocatingRecord), "published")]
[JsonDerivedType(typeof(BorderLocatingRecord), "border")]
abstract record LocatingRecord
{
    /// <summary>
    /// The JSON field that says which record type an object is: <c>"kind": "border"</c>. All settings with several types use it.
    /// </summary>
    public const string Kind = "kind";

    public required int? MaxConcepts { get; init; }
    public required double? MinProminence { get; init; }

    /// <summary>Converts the JSON form back to settings.</summary>
    public abstract LocatingSettings ToSettings();

    /// <summary>Converts settings to their JSON form.</summary>
    public static LocatingRecord Of(LocatingSettings settings) => settings switch
    {
        PublishedLocating published => PublishedLocatingRecord.Of(published),
        BorderLocating border => BorderLocatingRecord.Of(border),
        _ => throw new NotSupportedException($"{settings.GetType().Name} cannot be written to a file"),
    };
}

/// <summary>The JSON form of <see cref="PublishedLocating"/>.</summary>
sealed record PublishedLocatingRecord : LocatingRecord
{
    public required ClusteringRecord Clustering { get; init; }
    public required double? MinSaliency { get; init; }

    public static PublishedLocatingRecord Of(PublishedLocating settings) =>
        new()
        {
            MaxConcepts = settings.MaxConcepts,
            MinProminence = settings.MinProminence,
            Clustering = ClusteringRecord.Of(settings.Clustering),
            MinSaliency = settings.MinSaliency,
        };

    public override LocatingSettings ToSettings() =>
        new PublishedLocating
        {
            MaxConcepts = MaxConcepts,
            MinProminence = MinProminence,
            Clustering = Clustering.ToSettings(),
            MinSaliency = MinSaliency
        };
}

/// <summary>The JSON form of <see cref="CellClustering"/>; the field <c>kind</c> says which algorithm it is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = LocatingRecord.Kind)]
[JsonDerivedType(typeof(FinchRecord), "finch")]
[JsonDerivedType(typeof(KMeansRecord), "k-means")]
abstract record ClusteringRecord
{
    /// <summary>Converts the JSON form back to settings.</summary>
    public abstract CellClustering ToSettings();

    /// <summary>Converts settings to their JSON form.</summary>
    public static ClusteringRecord Of(CellClustering settings) => settings switch
    {
        FinchClustering finch => FinchRecord.Of(finch),
        KMeansClustering means => new KMeansRecord { Clusters = means.Clusters },
        _ => throw new NotSupportedException($"{settings.GetType().Name} cannot be written to a file"),
    };
}

/// <summary>The JSON form of <see cref="FinchClustering"/>.</summary>
sealed record FinchRecord : ClusteringRecord
{
    public required int MinClusters { get; init; }

    public static FinchRecord Of(FinchClustering settings) => new() { MinClusters = settings.MinClusters };

    public override FinchClustering ToSettings() => new() { MinClusters = MinClusters };
}

/// <summary>The JSON form of <see cref="KMeansClustering"/>.</summary>
sealed record KMeansRecord : ClusteringRecord
{
    public required int Clusters { get; init; }

    public override KMeansClustering ToSettings() => new() { Clusters = Clusters };
}

/// <summary>The JSON form of <see cref="BorderLocating"/>, with the same names.</summary>
sealed record BorderLocatingRecord : LocatingRecord
{
    public required int? MinConcepts { get; init; }
    public required IReadOnlyList<int> Timesteps { get; init; }
    public required int DrawsPerTimestep { get; init; }
    public required int Walks { get; init; }

    /// <summary>Files of before attention was pooled have none, which is what they were made with.</summary>
    public int? Cells { get; init; }

    /// <summary>Files of before masks were refined have none, which is what they were made with.</summary>
    public double? EdgeReach { get; init; }

    /// <summary>
    /// <see cref="FinchClustering.MinClusters"/> of <see cref="BorderLocating.Clusters"/>; null if cells are judged one by one.
    /// </summary>
    public required int? MinClusters { get; init; }

    public required double MinArea { get; init; }
    public required CutsRecord Cuts { get; init; }

    public static BorderLocatingRecord Of(BorderLocating settings) => new()
    {
        MaxConcepts = settings.MaxConcepts,
        MinProminence = settings.MinProminence,
        MinConcepts = settings.MinConcepts,
        Timesteps = settings.Timesteps,
        DrawsPerTimestep = settings.DrawsPerTimestep,
        Walks = settings.Walks,
        Cells = settings.Cells,
        EdgeReach = settings.EdgeReach,
        MinClusters = settings.Clusters?.MinClusters,
        MinArea = settings.MinArea,
        Cuts = CutsRecord.Of(settings.Cuts),
    };

    public override LocatingSettings ToSettings() => new BorderLocating
    {
        MaxConcepts = MaxConcepts,
        MinProminence = MinProminence,
        MinConcepts = MinConcepts,
        Timesteps = Timesteps,
        DrawsPerTimestep = DrawsPerTimestep,
        Walks = Walks,
        Cells = Cells,
        EdgeReach = EdgeReach,
        Clusters = MinClusters is { } clusters ? new FinchClustering { MinClusters = clusters } : null,
        MinArea = MinArea,
        Cuts = Cuts.ToSettings(),
    };
}

/// <summary>The JSON form of <see cref="CutSettings"/>, with the same names.</summary>
sealed record CutsRecord
{
    public required double? MaxCost { get; init; }
    public required double MinPart { get; init; }
    public required double LengthCost { get; init; }

    /// <summary>Files of before size had a cost have none, which is what they were made with.</summary>
    public double SizeCost { get; init; }

    /// <summary>Files of before there was a minimum share have none, which is what they were made with.</summary>
    public double MinShare { get; init; }

    public static CutsRecord Of(CutSettings settings) => new()
    {
        MaxCost = settings.MaxCost,
        MinPart = settings.MinPart,
        LengthCost = settings.LengthCost,
        MinShare = settings.MinShare,
        SizeCost = settings.SizeCost,
    };

    public CutSettings ToSettings() =>
        new() { MaxCost = MaxCost, MinPart = MinPart, MinShare = MinShare, LengthCost = LengthCost, SizeCost = SizeCost };
}

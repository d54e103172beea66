using System.Text.Json.Serialization;
using ConceptExpress.Extraction.Locating;

namespace ConceptExpress.Library.Settings;

/// <summary><see cref="LocatingSettings"/> on disk.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = Kind)]
[JsonDerivedType(typeof(PublishedLocatingRecord), "published")]
[JsonDerivedType(typeof(BorderLocatingRecord), "border")]
public abstract record LocatingRecord
{
    /// <summary>The field that says which member of a family an object is.</summary>
    public const string Kind = "kind";

    public required int? MaxConcepts { get; init; }
    public required double? MinProminence { get; init; }

    public abstract LocatingSettings ToSettings();

    public static LocatingRecord Of(LocatingSettings settings) => settings switch
    {
        PublishedLocating published => PublishedLocatingRecord.Of(published),
        BorderLocating border => BorderLocatingRecord.Of(border),
        _ => throw new NotSupportedException($"{settings.GetType().Name} has no form on disk"),
    };
}

/// <summary><see cref="PublishedLocating"/> on disk.</summary>
public sealed record PublishedLocatingRecord : LocatingRecord
{
    public required ClusteringRecord Clustering { get; init; }
    public required double? MinSaliency { get; init; }

    public static PublishedLocatingRecord Of(PublishedLocating settings) =>
        new()
    {
        MaxConcepts = settings.MaxConcepts, MinProminence = settings.MinProminence, Clustering = ClusteringRecord.Of(settings.Clustering), MinSaliency = settings.MinSaliency,
    };

    public override LocatingSettings ToSettings() =>
        new PublishedLocating { MaxConcepts = MaxConcepts, MinProminence = MinProminence, Clustering = Clustering.ToSettings(), MinSaliency = MinSaliency };
}

/// <summary><see cref="CellClustering"/> on disk.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = LocatingRecord.Kind)]
[JsonDerivedType(typeof(FinchRecord), "finch")]
[JsonDerivedType(typeof(KMeansRecord), "k-means")]
public abstract record ClusteringRecord
{
    public abstract CellClustering ToSettings();

    public static ClusteringRecord Of(CellClustering settings) => settings switch
    {
        FinchClustering finch => FinchRecord.Of(finch),
        KMeansClustering means => new KMeansRecord { Clusters = means.Clusters },
        _ => throw new NotSupportedException($"{settings.GetType().Name} has no form on disk"),
    };
}

/// <summary><see cref="FinchClustering"/> on disk.</summary>
public sealed record FinchRecord : ClusteringRecord
{
    public required int MinClusters { get; init; }

    public static FinchRecord Of(FinchClustering settings) => new() { MinClusters = settings.MinClusters };

    public override FinchClustering ToSettings() => new() { MinClusters = MinClusters };
}

/// <summary><see cref="KMeansClustering"/> on disk.</summary>
public sealed record KMeansRecord : ClusteringRecord
{
    public required int Clusters { get; init; }

    public override KMeansClustering ToSettings() => new() { Clusters = Clusters };
}

/// <summary><see cref="BorderLocating"/> on disk.</summary>
public sealed record BorderLocatingRecord : LocatingRecord
{
    public required int? MinConcepts { get; init; }
    public required IReadOnlyList<int> Timesteps { get; init; }
    public required int DrawsPerTimestep { get; init; }
    public required int Walks { get; init; }
    public required int? MinClusters { get; init; }
    public required double MinArea { get; init; }
    public required CutsRecord Cuts { get; init; }

    public static BorderLocatingRecord Of(BorderLocating settings) => new()
    {
        MaxConcepts = settings.MaxConcepts, MinProminence = settings.MinProminence, MinConcepts = settings.MinConcepts, Timesteps = settings.Timesteps, DrawsPerTimestep = settings.DrawsPerTimestep,
        Walks = settings.Walks, MinClusters = settings.Clusters?.MinClusters, MinArea = settings.MinArea, Cuts = CutsRecord.Of(settings.Cuts),
    };

    public override LocatingSettings ToSettings() => new BorderLocating
    {
        MaxConcepts = MaxConcepts, MinProminence = MinProminence, MinConcepts = MinConcepts, Timesteps = Timesteps, DrawsPerTimestep = DrawsPerTimestep, Walks = Walks,
        Clusters = MinClusters is { } clusters ? new FinchClustering { MinClusters = clusters } : null, MinArea = MinArea, Cuts = Cuts.ToSettings(),
    };
}

/// <summary><see cref="CutSettings"/> on disk.</summary>
public sealed record CutsRecord
{
    public required double? MaxCost { get; init; }
    public required double MinPart { get; init; }
    public required double LengthCost { get; init; }
    public required double Sharpness { get; init; }
    public required double CoarserSharpness { get; init; }

    public static CutsRecord Of(CutSettings settings) => new()
    {
        MaxCost = settings.MaxCost, MinPart = settings.MinPart, LengthCost = settings.LengthCost,
        Sharpness = settings.Sharpness, CoarserSharpness = settings.CoarserSharpness,
    };

    public CutSettings ToSettings() =>
        new() { MaxCost = MaxCost, MinPart = MinPart, LengthCost = LengthCost, Sharpness = Sharpness, CoarserSharpness = CoarserSharpness };
}

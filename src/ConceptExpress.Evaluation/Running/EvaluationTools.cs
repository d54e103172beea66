using ConceptExpress.Encoders;
using ConceptExpress.Toybox.Judging;

namespace ConceptExpress.Evaluation.Running;

/// <summary>Who looks at generated pictures. What is missing leaves its metrics empty.</summary>
public sealed class EvaluationTools : IDisposable
{
    /// <summary>No one: the metrics that need eyes are left empty.</summary>
    public static EvaluationTools None { get; } = new();

    /// <summary>By what the tables call them: <c>clip</c>, <c>dino</c>.</summary>
    public IReadOnlyDictionary<string, (IImageEncoder Encoder, string Hash)> Encoders { get; init; } =
        new Dictionary<string, (IImageEncoder Encoder, string Hash)>();

    public Judge? Judge { get; init; }

    /// <summary>SHA-256 of the judge's files; null without one.</summary>
    public string? JudgeHash { get; init; }

    public void Dispose()
    {
        foreach (var (encoder, _) in Encoders.Values) encoder.Dispose();
        Judge?.Dispose();
    }
}

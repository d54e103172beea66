using ConceptExpress.Encoders;
using ConceptExpress.Toybox.Judging;

namespace ConceptExpress.Evaluation.Running;

/// <summary>An encoder that compares pictures.</summary>
/// <param name="Encoder">Owned by the tools.</param>
/// <param name="Hash">SHA-256 of its files.</param>
/// <param name="Sources">How it is shown source concepts.</param>
public sealed record EvaluationEncoder(IImageEncoder Encoder, string Hash, SourceForm Sources);

/// <summary>Who looks at generated pictures. What is missing leaves its metrics empty.</summary>
public sealed class EvaluationTools : IDisposable
{
    /// <summary>No one: the metrics that need eyes are left empty.</summary>
    public static EvaluationTools None { get; } = new();

    /// <summary>By what the tables call them: <c>clip</c>, <c>dino</c>.</summary>
    public IReadOnlyDictionary<string, EvaluationEncoder> Encoders { get; init; } = new Dictionary<string, EvaluationEncoder>();

    public Judge? Judge { get; init; }

    /// <summary>SHA-256 of the judge's files; null without one.</summary>
    public string? JudgeHash { get; init; }

    public void Dispose()
    {
        foreach (var one in Encoders.Values) one.Encoder.Dispose();
        Judge?.Dispose();
    }
}

using ConceptExpress.Imaging;

namespace ConceptExpress.Jobs.Health;

/// <summary>How bad a finding is.</summary>
enum Severity
{
    /// <summary>All is well; the finding is for information.</summary>
    Ok,

    /// <summary>Something may fail, or is slower than it could be.</summary>
    Warning,

    /// <summary>Something fails.</summary>
    Problem,
}

/// <summary>What a finding is about.</summary>
enum HealthArea
{
    /// <summary>Native libraries and versions.</summary>
    Libraries,

    /// <summary>Processors and graphics cards.</summary>
    Devices,

    /// <summary>Free memory.</summary>
    Memory,

    /// <summary>Free space and writable folders.</summary>
    Disk,

    /// <summary>Hugging Face's cache and the table of short names.</summary>
    Caches,

    /// <summary>The embedded checkpoint, and the one that was asked for.</summary>
    Checkpoints,

    /// <summary>A short extraction and a drawing.</summary>
    SelfTest,
}

/// <summary>A result of a check.</summary>
/// <param name="Area">What it is about.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What was found, in one sentence without a full stop.</param>
/// <param name="Todo">What to do, in one sentence without a full stop; null if there is nothing to do.</param>
sealed record Finding(HealthArea Area, Severity Severity, string What, string? Todo = null)
{
    public static Finding Ok(HealthArea area, string what) => new(area, Severity.Ok, what);

    public static Finding Warning(HealthArea area, string what, string todo) => new(area, Severity.Warning, what, todo);

    public static Finding Problem(HealthArea area, string what, string todo) => new(area, Severity.Problem, what, todo);

    /// <summary>A problem whose exception says in one sentence, after a semicolon, what to do.</summary>
    public static Finding Of(HealthArea area, Exception failure)
    {
        var sentence = OneLine.Of(Failure.Sentence(failure)).TrimEnd('.');
        var end = sentence.LastIndexOf("; ", StringComparison.Ordinal);
        return end < 0 ? Problem(area, sentence, "see the message") : Problem(area, sentence[..end], sentence[(end + 2)..]);
    }
}

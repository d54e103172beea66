using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Running;

/// <summary>A method of a run.</summary>
/// <param name="Name">As tables call it.</param>
/// <param name="Settings">With everything but the seed.</param>
public sealed record PlannedMethod(string Name, ExtractionSettings Settings);

/// <summary>What an evaluation does with every picture.</summary>
public sealed record EvaluationPlan
{
    /// <summary>At least one; the first is what the others are compared with.</summary>
    public required IReadOnlyList<PlannedMethod> Methods { get; init; }

    /// <summary>Every method works on every picture with every seed.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>Concepts are only located: no words, no generated pictures.</summary>
    public bool LocalizationOnly { get; init; }

    /// <summary>How words are drawn to be judged.</summary>
    public SamplePlan Samples { get; init; } = new();
}

/// <summary>How pictures are generated from learned words (method 3 and 4).</summary>
public sealed record SamplePlan
{
    /// <summary>Pictures of each concept, and as many of all concepts together, 0 or more. The default is 8.</summary>
    public int Count { get; init; } = 8;

    /// <summary>Sampler steps. The default is 50, as published.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Classifier-free guidance. The default is 7.5, as published.</summary>
    public double Guidance { get; init; } = 7.5;

    /// <summary>The sampler's name. The default is ddim, as published.</summary>
    public string Sampler { get; init; } = "ddim";
}

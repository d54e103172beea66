using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Extraction;

/// <summary>
/// Names of the phases that <see cref="ConceptExtractor"/> reports, the same in displays, logs and <c>run.json</c>.
/// </summary>
public static class Phases
{
    /// <summary>Finds the concepts, or reads features and saliency of given masks (method 1).</summary>
    public const string Locate = "locate";

    /// <summary>Finds the vectors with which each concept's tokens begin (<see cref="BestWords"/> only).</summary>
    public const string SearchWords = "search words";

    /// <summary>
    /// Learns the tokens of each concept before the merge (method 2, split-and-merge). Its name stays the same if a concept has one token.
    /// </summary>
    public const string LearnSplitTokens = "learn split tokens";

    /// <summary>Learns one token per concept after the merge (method 2, split-and-merge).</summary>
    public const string LearnMergedTokens = "learn merged tokens";

    /// <summary>Reads where the learned words are seen in the picture, for the report. Changes no result.</summary>
    public const string ReadAttention = "read attention";
}

/// <summary>The concepts are located, or the features of given masks are read.</summary>
/// <param name="Concepts">The result of <see cref="ConceptExtractor.Locate"/>; empty if nothing stands out.</param>
public sealed record ConceptsLocated(IReadOnlyList<LocatedConcept> Concepts) : ProgressEvent;

/// <summary>
/// The optimizer has taken one step, for one prompt. <see cref="Advanced.Detail"/> has running means of the losses as text.
/// </summary>
/// <param name="Phase"><see cref="Phases.LearnSplitTokens"/> or <see cref="Phases.LearnMergedTokens"/>.</param>
/// <param name="Pass">Number of the pass, counted from 0. A pass visits every training prompt once.</param>
/// <param name="Step">Number of the step in the whole run, counted from 0.</param>
/// <param name="Prompt">The training prompt of this step, for example <c>a photo of &lt;asset0&gt;</c>.</param>
/// <param name="Losses">The losses of this step, before the update.</param>
/// <param name="GradientNorm">
/// L2 norm of the gradient before clipping, 0 or more, over the whole embedding table (published semantics 16).
/// </param>
public sealed record OptimizerStepDone(string Phase, int Pass, int Step, string Prompt, LossValues Losses, double GradientNorm) : Advanced;

/// <summary>The word search has found the vector with which a concept's tokens begin.</summary>
/// <param name="Concept">Number of the concept, counted from 0. Concepts come in this order.</param>
/// <param name="Start">The vector, with <see cref="StableDiffusion.WordWidth"/> values.</param>
public sealed record StartFound(int Concept, float[] Start) : ProgressEvent;

/// <summary>A pass is done, or the split tokens are merged. Learning can resume from this state (<see cref="LearningProgress"/>).</summary>
/// <param name="State">The state after the pass or the merge.</param>
public sealed record PassDone(LearningState State) : ProgressEvent;

using ConceptExpress.Diffusion.Schedules;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>What a UNet predicts, and how sure that is.</summary>
/// <param name="Type">What it predicts.</param>
/// <param name="Note">A sentence for the caller if it is only assumed, else null.</param>
sealed record ChosenPrediction(PredictionType Type, string? Note);

/// <summary>
/// Finds what a single file's UNet predicts: as the caller says, else as the file says, else noise. Stable Diffusion 2.0-base and 2.1-base
/// predict noise, 2.0-v and 2.1 velocity, and their tensors have the same names and shapes.
/// </summary>
static class PredictionRule
{
    const string VelocityMark = "v_pred", ZeroSnrMark = "ztsnr";

    // Fields of the metadata that training programs write.
    static readonly string[] Fields = ["modelspec.prediction_type", "modelspec.predict_key", "ss_v_parameterization"];

    /// <summary>Names of tensors whose presence alone says something.</summary>
    public static IReadOnlyList<string> Marks { get; } = [VelocityMark, ZeroSnrMark];

    /// <summary>Chooses the prediction.</summary>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="chosen">What the caller says, or null.</param>
    /// <param name="names">Names of the file's tensors.</param>
    /// <param name="metadata">Metadata of the file.</param>
    /// <param name="isSecond">Whether the checkpoint is of 2.x.</param>
    /// <exception cref="CheckpointException">The file says that the UNet predicts something else.</exception>
    public static ChosenPrediction Choose(
        string path, PredictionType? chosen, IReadOnlyCollection<string> names, IReadOnlyDictionary<string, string> metadata, bool isSecond)
    {
        if (chosen is { } said) return new ChosenPrediction(said, null);
        if (names.Contains(VelocityMark)) return new ChosenPrediction(PredictionType.Velocity, null);
        foreach (var field in Fields)
            if (metadata.TryGetValue(field, out var value)) return new ChosenPrediction(Parse(path, field, value), null);
        return new ChosenPrediction(PredictionType.Noise, isSecond
            ? $"{path} does not say what its UNet predicts, so noise is assumed, as in Stable Diffusion 2.0-base and 2.1-base; for 2.0-v "
                + "and 2.1, which were trained at 768 pixels, choose velocity."
            : null);
    }

    /// <summary>The noise schedule of all Stable Diffusion 1.x and 2.x.</summary>
    /// <param name="prediction">What the UNet predicts.</param>
    /// <param name="names">Names of the file's tensors.</param>
    public static ScheduleConfig Schedule(PredictionType prediction, IReadOnlyCollection<string> names) => new ScheduleConfig
    {
        TrainTimesteps = 1000,
        BetaStart = 0.00085,
        BetaEnd = 0.012,
        BetaSchedule = "scaled_linear",
        SetAlphaToOne = false,
        StepsOffset = 1,
        RescaleBetasToZeroSnr = names.Contains(ZeroSnrMark),
    }.With(prediction);

    static PredictionType Parse(string path, string field, string value) => (field, value.Trim().ToLowerInvariant()) switch
    {
        ("ss_v_parameterization", "true") => PredictionType.Velocity,
        ("ss_v_parameterization", "false" or "none") => PredictionType.Noise,
        (_, "v" or "v_prediction" or "velocity") => PredictionType.Velocity,
        (_, "epsilon" or "eps") => PredictionType.Noise,
        _ => throw new CheckpointException($"{path} says in its metadata that {field} is {CheckpointException.Quoted(value)}, which is " +
            "not supported; use a checkpoint that predicts noise (epsilon) or velocity (v), or choose one of them if you know better."),
    };
}

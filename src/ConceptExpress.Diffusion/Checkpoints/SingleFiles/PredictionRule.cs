using ConceptExpress.Diffusion.Schedules;

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>What a UNet predicts, and how sure that is.</summary>
/// <param name="Type">What it predicts.</param>
/// <param name="Note">A sentence for the caller if it is only assumed, else null.</param>
sealed record ChosenPrediction(PredictionType Type, string? Note);

/// <summary>
/// Finds what a single file's UNet predicts: as the caller says, else as the file says, else as its publisher said, else noise. Stable Diffusion 2.0-base and 2.1-base
/// predict noise, 2.0-v and 2.1 velocity, and their tensors have the same names and shapes.
/// </summary>
static class PredictionRule
{
    const string VelocityMark = "v_pred", ZeroSnrMark = "ztsnr";

    // Fields of the metadata that training programs write.
    static readonly string[] Fields = ["modelspec.prediction_type", "modelspec.predict_key", "ss_v_parameterization"];

    // SHA-256 of the published files of 2.x, as lists of other programs have them. No such file was at hand.
    static readonly Dictionary<string, PredictionType> Published = new(StringComparer.Ordinal)
    {
        ["d635794c1fedfdfa261e065370bea59c651fc9bfa65dc6d67ad29e11869a1824"] = PredictionType.Noise, // 2.0-base
        ["ab800444cdd1e6ade2236874dd28db9608d1d740aaf6087c7273884140612993"] = PredictionType.Noise,
        ["88ecb782561455673c4b78d05093494b9c539fc6bfc08f3a9a4a0dd7b0b10f36"] = PredictionType.Noise, // 2.1-base
        ["df955bdf6b682338ea9b55dfc0d8f3475aadf4836e204893d28b82355e0956d2"] = PredictionType.Noise,
        ["34dccb9e60d83a4ef963f51e9ff63548323a70024f8679095956d7c403b3ef4a"] = PredictionType.Noise,
        ["fc4f9fe7528b2ee3de21971fb805bbf74d680bf1ab5b5f9c08379b0397b82a9d"] = PredictionType.Noise,
        ["bfcaf0755797b0c30eb00a3787e8b423eb1f5decd8de76c4d824ac2dd27e139f"] = PredictionType.Velocity, // 2.0-v
        ["703d49a1d847b218c5c230fce80ba1f73f848bc3afc06e48e727ee47fdf06b1f"] = PredictionType.Velocity,
        ["ad2a33c361c1f593c4a1fb32ea81afce2b5bb7d1983c6b94793a26a3b54b08a0"] = PredictionType.Velocity, // 2.1
        ["dcd690123cfc64383981a31d955694f6acf2072a80537fdb612c8e58ec87a8ac"] = PredictionType.Velocity,
        ["4711ff4dd270067f71d5ea0725e83e4dc7c41f586a588531ee1c3bd549e9119d"] = PredictionType.Velocity,
        ["ff144a49841cf383adbc68841272ce639e1032b0a1f0f6586347feb953c244f4"] = PredictionType.Velocity,
    };

    /// <summary>Names of tensors whose presence alone says something.</summary>
    public static IReadOnlyList<string> Marks { get; } = [VelocityMark, ZeroSnrMark];

    /// <summary>Chooses the prediction.</summary>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="chosen">What the caller says, or null.</param>
    /// <param name="names">Names of the file's tensors.</param>
    /// <param name="metadata">Metadata of the file.</param>
    /// <param name="isSecond">Whether the checkpoint is of 2.x.</param>
    /// <param name="digest">
    /// Computes the SHA-256 of the file, in lower-case hexadecimal digits. Called only for a 2.x that says nothing.
    /// </param>
    /// <exception cref="CheckpointException">The file says that the UNet predicts something else.</exception>
    public static ChosenPrediction Choose(string path, PredictionType? chosen, IReadOnlyCollection<string> names,
        IReadOnlyDictionary<string, string> metadata, bool isSecond, Func<string> digest)
    {
        if (chosen is { } said) return new ChosenPrediction(said, null);
        if (names.Contains(VelocityMark)) return new ChosenPrediction(PredictionType.Velocity, null);
        foreach (var field in Fields)
            if (metadata.TryGetValue(field, out var value)) return new ChosenPrediction(Parse(path, field, value), null);
        if (isSecond && Published.TryGetValue(digest(), out var published)) return new ChosenPrediction(published, null);
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

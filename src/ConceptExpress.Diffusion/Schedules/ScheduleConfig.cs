using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>
/// The noise part of a checkpoint's <c>scheduler_config.json</c> (the caller chooses the sampler). Missing fields have diffusers' defaults;
/// unknown fields are ignored. Samples are never clipped, because latents have no range.
/// </summary>
sealed record ScheduleConfig
{
    /// <summary>What <see cref="Prediction"/> is for a UNet that predicts the noise, or the velocity.</summary>
    public const string Noise = "epsilon", Velocity = "v_prediction";

    const string Pndm = "PNDMScheduler";

    /// <summary>diffusers' class of the scheduler. It decides the default of <see cref="SetAlphaToOne"/>.</summary>
    [JsonPropertyName("_class_name")] public string? ClassName { get; init; }
    /// <summary>Number of timesteps in training.</summary>
    [JsonPropertyName("num_train_timesteps")] public int TrainTimesteps { get; init; } = 1000;
    /// <summary>Noise variance of the first timestep, in (0,1).</summary>
    [JsonPropertyName("beta_start")] public double BetaStart { get; init; } = 0.0001;
    /// <summary>Noise variance of the last timestep, in (0,1).</summary>
    [JsonPropertyName("beta_end")] public double BetaEnd { get; init; } = 0.02;
    /// <summary>Formula of the noise variances: linear, scaled_linear or squaredcos_cap_v2 (which ignores start and end).</summary>
    [JsonPropertyName("beta_schedule")] public string BetaSchedule { get; init; } = "linear";
    /// <summary>Noise variances, one per timestep, in place of a formula; null if there is a formula.</summary>
    [JsonPropertyName("trained_betas")] public float[]? TrainedBetas { get; init; }
    /// <summary>What the UNet predicts: epsilon (the noise) or v_prediction (the velocity).</summary>
    [JsonPropertyName("prediction_type")] public string Prediction { get; init; } = Noise;
    /// <summary>Whether the last sampler step ends without any noise instead of at the noise of timestep 0.</summary>
    [JsonPropertyName("set_alpha_to_one")] public bool? SetAlphaToOne { get; init; }
    /// <summary>Offset of all timesteps in samplers that space them from 0.</summary>
    [JsonPropertyName("steps_offset")] public int StepsOffset { get; init; }
    /// <summary>Whether the variances are changed so that nothing of the signal is left at the last timestep.</summary>
    [JsonPropertyName("rescale_betas_zero_snr")] public bool? RescaleBetasToZeroSnr { get; init; }
    /// <summary>Must be false or absent: not supported.</summary>
    [JsonPropertyName("thresholding")] public bool? Thresholding { get; init; }

    /// <summary><see cref="SetAlphaToOne"/>, or its default if absent: false for PNDMScheduler, true for other classes.</summary>
    [JsonIgnore] public bool EndsWithoutNoise => SetAlphaToOne ?? ClassName != Pndm;

    /// <summary>This configuration for a UNet that predicts something else.</summary>
    public ScheduleConfig With(PredictionType prediction) =>
        this with { Prediction = prediction == PredictionType.Velocity ? Velocity : Noise };

    /// <summary>Checks that the fields are consistent and supported, and returns this configuration.</summary>
    /// <param name="file">Path of the file, for messages.</param>
    /// <exception cref="CheckpointException">A field is invalid or not supported; the message names it.</exception>
    public ScheduleConfig Validated(string file)
    {
        var check = new ConfigCheck(file);
        check.Range("num_train_timesteps", [TrainTimesteps], 2, 1_000_000);
        check.Range("steps_offset", [StepsOffset], 0, TrainTimesteps - 1);
        check.OneOf("beta_schedule", BetaSchedule ?? "null", "linear", "scaled_linear", "squaredcos_cap_v2");
        RequireDiffusion(file);
        check.OneOf("prediction_type", Prediction ?? "null", Noise, Velocity);
        if (RescaleBetasToZeroSnr == true && Prediction == Noise)
            throw new CheckpointException(
                $"{file}: rescale_betas_zero_snr needs prediction_type v_prediction, because a UNet that predicts noise "
                + "says nothing about a picture that is nothing but noise; use the file that belongs to the checkpoint.");
        check.Off("thresholding", Thresholding);
        RequireFractions(file, "beta_start and beta_end", [BetaStart, BetaEnd]);
        if (TrainedBetas is not { } betas) return this;
        check.Length("trained_betas", betas.Length, TrainTimesteps);
        RequireFractions(file, "trained_betas", betas.Select(beta => (double)beta));
        return this;
    }

    // Other kinds of models lie in the same folders. They would load, and draw nonsense.
    void RequireDiffusion(string file)
    {
        if (ClassName?.StartsWith("FlowMatch", StringComparison.Ordinal) == true)
            throw Other(file, $"flow matching ({ClassName}), as Stable Diffusion 3 and FLUX are");
        if (ClassName is "LCMScheduler" or "TCDScheduler")
            throw Other(file, $"few steps of distilled consistency ({ClassName}): it is an LCM, which denoises in another way");
        if (Prediction == "sample") throw Other(file, "predicting the clean latent (prediction_type sample)");
    }

    static CheckpointException Other(string file, string what) => new(
        $"{file} says that the checkpoint was made for {what}; use a Stable Diffusion 1.x or 2.x checkpoint that predicts noise or "
            + "velocity.");

    static void RequireFractions(string file, string field, IEnumerable<double> values)
    {
        if (values.FirstOrDefault(value => !(value is > 0 and < 1), 0.5) is var wrong and not 0.5)
            throw new CheckpointException(
                $"{file}: {field} holds {wrong}, which is not between 0 and 1; copy the checkpoint's file again.");
    }
}

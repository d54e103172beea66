using System.Text.Json.Serialization;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>
/// A checkpoint's <c>scheduler_config.json</c>, as far as it describes the noise (the sampler is the caller's choice). Fields that a file
/// leaves out take diffusers' defaults; unknown fields are ignored. Samples are never clipped: latents have no range.
/// </summary>
public sealed record ScheduleConfig
{
    const string Pndm = "PNDMScheduler";

    [JsonPropertyName("_class_name")] public string? ClassName { get; init; }
    [JsonPropertyName("num_train_timesteps")] public int TrainTimesteps { get; init; } = 1000;
    [JsonPropertyName("beta_start")] public double BetaStart { get; init; } = 0.0001;
    [JsonPropertyName("beta_end")] public double BetaEnd { get; init; } = 0.02;
    [JsonPropertyName("beta_schedule")] public string BetaSchedule { get; init; } = "linear";
    /// <summary>The noise variances themselves, one per timestep, in place of a formula.</summary>
    [JsonPropertyName("trained_betas")] public float[]? TrainedBetas { get; init; }
    [JsonPropertyName("prediction_type")] public string Prediction { get; init; } = "epsilon";
    /// <summary>Whether the last step goes to no noise at all, instead of to the noise of timestep 0.</summary>
    [JsonPropertyName("set_alpha_to_one")] public bool? SetAlphaToOne { get; init; }
    /// <summary>Added to all timesteps of samplers that space them from 0.</summary>
    [JsonPropertyName("steps_offset")] public int StepsOffset { get; init; }
    [JsonPropertyName("rescale_betas_zero_snr")] public bool? RescaleBetasToZeroSnr { get; init; }
    [JsonPropertyName("thresholding")] public bool? Thresholding { get; init; }

    /// <summary><see cref="SetAlphaToOne"/> with its default, which depends on the scheduler's class.</summary>
    [JsonIgnore] public bool EndsWithoutNoise => SetAlphaToOne ?? ClassName != Pndm;

    /// <summary>Refuses what this implementation, or the file itself, cannot be.</summary>
    /// <exception cref="CheckpointException">Naming the field.</exception>
    public ScheduleConfig Validated(string file)
    {
        var check = new ConfigCheck(file);
        check.Range("num_train_timesteps", [TrainTimesteps], 2, 1_000_000);
        check.Range("steps_offset", [StepsOffset], 0, TrainTimesteps - 1);
        check.OneOf("beta_schedule", BetaSchedule ?? "null", "linear", "scaled_linear", "squaredcos_cap_v2");
        check.OneOf("prediction_type", Prediction ?? "null", "epsilon", "v_prediction");
        check.Off("rescale_betas_zero_snr", RescaleBetasToZeroSnr);
        check.Off("thresholding", Thresholding);
        RequireFractions(file, "beta_start and beta_end", [BetaStart, BetaEnd]);
        if (TrainedBetas is not { } betas) return this;
        check.Length("trained_betas", betas.Length, TrainTimesteps);
        RequireFractions(file, "trained_betas", betas.Select(beta => (double)beta));
        return this;
    }

    static void RequireFractions(string file, string field, IEnumerable<double> values)
    {
        if (values.FirstOrDefault(value => !(value is > 0 and < 1), 0.5) is var wrong and not 0.5)
            throw new CheckpointException($"{file}: {field} holds {wrong}, which is not between 0 and 1; copy the checkpoint's file anew.");
    }
}

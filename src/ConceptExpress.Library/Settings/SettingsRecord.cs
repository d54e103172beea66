using ConceptExpress.Extraction;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Settings;

/// <summary>
/// The JSON form of <see cref="ExtractionSettings"/>, in files and hashes (schema <c>conceptexpress/concepts@2</c>). It is a separate type
/// so that <see cref="ExtractionSettings"/> can be renamed and reorganized without changing the files.
/// </summary>
sealed record SettingsRecord
{
    public required Preset Preset { get; init; }
    public required int? Resolution { get; init; }
    public required long Seed { get; init; }
    public required LocatingRecord Locating { get; init; }
    public required LearningRecord Learning { get; init; }
    public required LossesRecord Losses { get; init; }

    /// <summary>Converts settings to their JSON form.</summary>
    public static SettingsRecord Of(ExtractionSettings settings) => new()
    {
        Preset = settings.Preset,
        Resolution = settings.Resolution,
        Seed = settings.Seed,
        Locating = LocatingRecord.Of(settings.Locating),
        Learning = LearningRecord.Of(settings.Learning),
        Losses = LossesRecord.Of(settings.Losses),
    };

    /// <summary>Converts the JSON form back to settings.</summary>
    public ExtractionSettings ToSettings() => new()
    {
        Preset = Preset,
        Resolution = Resolution,
        Seed = Seed,
        Locating = Locating.ToSettings(),
        Learning = Learning.ToSettings(),
        Losses = Losses.ToSettings(),
    };
}

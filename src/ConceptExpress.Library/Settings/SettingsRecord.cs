using ConceptExpress.Extraction;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Settings;

/// <summary>
/// The settings of an extraction as files and hashes hold them (schema <c>conceptexpress/concepts@2</c>). A type of its own, so that
/// <see cref="ExtractionSettings"/> may change its names and shape without changing what is on disk.
/// </summary>
public sealed record SettingsRecord
{
    public required Preset Preset { get; init; }
    public required int? Resolution { get; init; }
    public required long Seed { get; init; }
    public required LocatingRecord Locating { get; init; }
    public required LearningRecord Learning { get; init; }
    public required LossesRecord Losses { get; init; }

    public static SettingsRecord Of(ExtractionSettings settings) => new()
    {
        Preset = settings.Preset, Resolution = settings.Resolution, Seed = settings.Seed,
        Locating = LocatingRecord.Of(settings.Locating), Learning = LearningRecord.Of(settings.Learning), Losses = LossesRecord.Of(settings.Losses),
    };

    public ExtractionSettings ToSettings() => new()
    {
        Preset = Preset, Resolution = Resolution, Seed = Seed,
        Locating = Locating.ToSettings(), Learning = Learning.ToSettings(), Losses = Losses.ToSettings(),
    };
}

using System.Text.Json.Serialization;
using ConceptExpress.Extraction.Losses;

namespace ConceptExpress.Library.Settings;

/// <summary>The JSON form of <see cref="LossSettings"/>. The fields of <see cref="DenoisingSettings"/> are not nested.</summary>
sealed record LossesRecord
{
    public required bool PerMaskedElement { get; init; }
    public required double MaskMargin { get; init; }
    public required AlignmentRecord Alignment { get; init; }
    public required double AlignmentWeight { get; init; }
    public required double ContrastWeight { get; init; }
    public required double ContrastTemperature { get; init; }

    public static LossesRecord Of(LossSettings settings) => new()
    {
        PerMaskedElement = settings.Denoising.PerMaskedElement,
        MaskMargin = settings.Denoising.MaskMargin,
        Alignment = AlignmentRecord.Of(settings.Alignment),
        AlignmentWeight = settings.AlignmentWeight,
        ContrastWeight = settings.ContrastWeight,
        ContrastTemperature = settings.ContrastTemperature,
    };

    public LossSettings ToSettings() => new()
    {
        Denoising = new DenoisingSettings { PerMaskedElement = PerMaskedElement, MaskMargin = MaskMargin },
        Alignment = Alignment.ToSettings(),
        AlignmentWeight = AlignmentWeight,
        ContrastWeight = ContrastWeight,
        ContrastTemperature = ContrastTemperature,
    };
}

/// <summary>The JSON form of <see cref="AlignmentLoss"/>; the field <c>kind</c> says which loss it is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = LocatingRecord.Kind)]
[JsonDerivedType(typeof(EarthMoverRecord), "earth-mover")]
[JsonDerivedType(typeof(SquaredRecord), "squared")]
abstract record AlignmentRecord
{
    /// <summary>Converts the JSON form back to settings.</summary>
    public abstract AlignmentLoss ToSettings();

    /// <summary>Converts settings to their JSON form.</summary>
    public static AlignmentRecord Of(AlignmentLoss settings) => settings switch
    {
        EarthMoverAlignment mover => new EarthMoverRecord { Lambda = mover.Lambda, Iterations = mover.Iterations },
        SquaredAlignment => new SquaredRecord(),
        _ => throw new NotSupportedException($"{settings.GetType().Name} cannot be written to a file"),
    };
}

/// <summary>The JSON form of <see cref="EarthMoverAlignment"/>.</summary>
sealed record EarthMoverRecord : AlignmentRecord
{
    public required double Lambda { get; init; }
    public required int Iterations { get; init; }

    public override AlignmentLoss ToSettings() => new EarthMoverAlignment { Lambda = Lambda, Iterations = Iterations };
}

/// <summary>The JSON form of <see cref="SquaredAlignment"/>.</summary>
sealed record SquaredRecord : AlignmentRecord
{
    public override AlignmentLoss ToSettings() => new SquaredAlignment();
}

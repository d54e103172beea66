using System.CommandLine;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;

namespace ConceptExpress.Cli.Options;

/// <summary>The picture to work on, and how its concepts are found.</summary>
sealed class PictureOptions
{
    const int SmallestSide = 32, LargestSide = 2048, MostConcepts = 1000;

    static readonly string[] Presets = [.. Enum.GetNames<Preset>().Select(name => name.ToLowerInvariant())];

    readonly Argument<string> image = new("IMAGE") { Description = "A JPEG, PNG or WebP picture." };
    readonly Option<string?> exif = OptionKinds.Choice("--exif", ["apply", "ignore"], "The camera's orientation: turn the picture upright, or not (default apply).");
    readonly Option<string?> preset = OptionKinds.Choice("--preset", Presets, "The published method, or ours, which is faster and finds more (default express).");
    readonly Option<int?> resolution = OptionKinds.Whole("--resolution", SmallestSide, LargestSide,
        "Pixels of the square that the picture is resized to (default: what the checkpoint was trained at).");
    readonly Option<int?> maxConcepts = OptionKinds.Whole("--max-concepts", 1, MostConcepts, "Keep the most salient concepts only.");

    public void AddTo(Command command)
    {
        command.Arguments.Add(image);
        foreach (var option in new Option[] { preset, resolution, maxConcepts, exif }) command.Options.Add(option);
    }

    /// <summary>Gives a command that has presets and pictures of its own what decides how concepts are found.</summary>
    public void AddLocalizationTo(Command command)
    {
        foreach (var option in new Option[] { resolution, maxConcepts }) command.Options.Add(option);
    }

    public string ImageName(ParseResult parse) => Path.GetFileName(parse.GetRequiredValue(image));

    /// <summary>Reads the picture.</summary>
    /// <exception cref="ImageException">It is missing, unreadable or hostile.</exception>
    public DecodedImage Read(ParseResult parse) => ImageReader.ReadWithDigest(parse.GetRequiredValue(image),
        ImageReadOptions.Default with { Exif = parse.GetValue(exif) == "ignore" ? Exif.Ignore : Exif.Apply });

    /// <summary>The preset's settings with what the command line says of localization.</summary>
    public ExtractionSettings Settings(ParseResult parse, long? seed)
    {
        var settings = ExtractionSettings.For(Enum.Parse<Preset>(parse.GetValue(preset) ?? nameof(Preset.Express), ignoreCase: true));
        return Changed(parse, settings) with { Seed = seed ?? settings.Seed };
    }

    /// <summary>Settings with what the command line says of localization.</summary>
    public ExtractionSettings Changed(ParseResult parse, ExtractionSettings settings) => settings with
    {
        Resolution = parse.GetValue(resolution) ?? settings.Resolution,
        MaxConcepts = parse.GetValue(maxConcepts) ?? settings.MaxConcepts,
    };
}

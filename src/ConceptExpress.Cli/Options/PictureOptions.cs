using System.CommandLine;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;

namespace ConceptExpress.Cli.Options;

/// <summary>The input picture, and how its concepts are located.</summary>
sealed class PictureOptions
{
    readonly Argument<string> image = new("IMAGE") { Description = "A JPEG, PNG or WebP picture." };
    readonly Option<Exif?> exif = OptionKinds.Choice<Exif>("--exif",
        "The camera's orientation: apply turns the picture upright, ignore does not (default apply).");
    readonly Option<Preset?> preset = OptionKinds.Choice<Preset>("--preset",
        "paper is the published method, express is faster and finds more (default express).");
    readonly Option<int?> resolution = OptionKinds.Whole("--resolution", (ExtractionSettings settings) => settings.Resolution,
        "Side in pixels of the square to which the picture is resized (default: what the checkpoint was trained at).");
    readonly Option<int?> minConcepts = OptionKinds.Whole("--min-concepts", (BorderLocating settings) => settings.MinConcepts,
        "Minimum number of concepts: touching regions are split until there are N, if that is possible (preset express only).");
    readonly Option<int?> maxConcepts = OptionKinds.Whole("--max-concepts", (LocatingSettings settings) => settings.MaxConcepts,
        "Keep only the N most salient concepts.");
    readonly Option<string> masks = OptionKinds.Text("--masks", "DIR",
        "Use the masks in this folder as concepts instead of locating any: mask0.png or asset0.png and so on (above 127 is inside, at any "
            + "scale).");

    /// <summary>Adds all these options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(image);
        command.Options.Add(preset);
        AddLocatingTo(command);
        command.Options.Add(masks);
    }

    /// <summary>Adds only the options of locating, for a command that has its own pictures and presets.</summary>
    public void AddLocatingTo(Command command)
    {
        foreach (var option in new Option[] { resolution, minConcepts, maxConcepts, exif }) command.Options.Add(option);
    }

    /// <summary>Path of the picture.</summary>
    public string Image(ParseResult parse) => parse.GetRequiredValue(image);

    /// <summary>The folder of masks; null if concepts must be located.</summary>
    /// <exception cref="UsageException">A minimum or maximum number of concepts is given as well.</exception>
    public string? Masks(ParseResult parse)
    {
        if (parse.GetValue(masks) is not { } folder) return null;
        foreach (var limit in new[] { minConcepts, maxConcepts })
            if (parse.GetValue(limit) is not null)
                throw new UsageException(
                    $"{limit.Name} has no effect with --masks, because every mask becomes a concept; remove one of the two.");
        return folder;
    }

    /// <summary>Whether the camera's orientation is applied.</summary>
    public Exif Exif(ParseResult parse) => parse.GetValue(exif) ?? Imaging.Exif.Apply;

    /// <summary>The settings of the chosen preset.</summary>
    public ExtractionSettings Preset(ParseResult parse) => ExtractionSettings.For(parse.GetValue(preset) ?? Extraction.Preset.Express);

    /// <summary><paramref name="settings"/> with the options of locating that are given.</summary>
    /// <exception cref="UsageException">A minimum number of concepts is given for the published locator.</exception>
    public ExtractionSettings Settings(ParseResult parse, ExtractionSettings settings)
    {
        var locating = settings.Locating with { MaxConcepts = parse.GetValue(maxConcepts) ?? settings.Locating.MaxConcepts };
        if (parse.GetValue(minConcepts) is { } fewest)
            locating = locating is BorderLocating border
                ? border with { MinConcepts = fewest }
                : throw new UsageException(
                    "--min-concepts does not work with the published method (preset paper and methods based on it); remove one of the "
                    + "two.");
        return settings with { Resolution = parse.GetValue(resolution) ?? settings.Resolution, Locating = locating };
    }
}

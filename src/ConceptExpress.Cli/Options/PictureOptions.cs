using System.CommandLine;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;

namespace ConceptExpress.Cli.Options;

/// <summary>The picture to work on, and how its concepts are found.</summary>
sealed class PictureOptions
{
    readonly Argument<string> image = new("IMAGE") { Description = "A JPEG, PNG or WebP picture." };
    readonly Option<Exif?> exif = OptionKinds.Choice<Exif>("--exif", "The camera's orientation: turn the picture upright, or not (default apply).");
    readonly Option<Preset?> preset = OptionKinds.Choice<Preset>("--preset", "The published method, or ours, which is faster and finds more (default express).");
    readonly Option<int?> resolution = OptionKinds.Whole("--resolution", (ExtractionSettings settings) => settings.Resolution,
        "Pixels of the square that the picture is resized to (default: what the checkpoint was trained at).");
    readonly Option<int?> minConcepts = OptionKinds.Whole("--min-concepts", (BorderLocating settings) => settings.MinConcepts,
        "Part things that touch until there are so many concepts, as far as they can be parted (preset express only).");
    readonly Option<int?> maxConcepts = OptionKinds.Whole("--max-concepts", (LocatingSettings settings) => settings.MaxConcepts, "Keep the most salient concepts only.");
    readonly Option<string> masks = OptionKinds.Text("--masks", "DIR",
        "Take the concepts that the masks in this folder show, mask0.png or asset0.png and so on (set above 127, at any scale), instead of looking for some.");

    public void AddTo(Command command)
    {
        command.Arguments.Add(image);
        command.Options.Add(preset);
        AddLocatingTo(command);
        command.Options.Add(masks);
    }

    /// <summary>Gives a command that has presets and pictures of its own what decides how concepts are found.</summary>
    public void AddLocatingTo(Command command)
    {
        foreach (var option in new Option[] { resolution, minConcepts, maxConcepts, exif }) command.Options.Add(option);
    }

    public string Image(ParseResult parse) => parse.GetRequiredValue(image);

    /// <summary>The folder of masks; null where concepts are to be looked for.</summary>
    /// <exception cref="UsageException">There is a limit on the concepts, too.</exception>
    public string? Masks(ParseResult parse)
    {
        if (parse.GetValue(masks) is not { } folder) return null;
        foreach (var limit in new[] { minConcepts, maxConcepts })
            if (parse.GetValue(limit) is not null) throw new UsageException($"{limit.Name} says nothing beside --masks, all of which are taken; leave one out.");
        return folder;
    }

    public Exif Exif(ParseResult parse) => parse.GetValue(exif) ?? Imaging.Exif.Apply;

    /// <summary>The settings that the preset begins with.</summary>
    public ExtractionSettings Preset(ParseResult parse) => ExtractionSettings.For(parse.GetValue(preset) ?? Extraction.Preset.Express);

    /// <summary>Settings with what the command line says of locating.</summary>
    /// <exception cref="UsageException">A least number of concepts is asked of the published method.</exception>
    public ExtractionSettings Settings(ParseResult parse, ExtractionSettings settings)
    {
        var locating = settings.Locating with { MaxConcepts = parse.GetValue(maxConcepts) ?? settings.Locating.MaxConcepts };
        if (parse.GetValue(minConcepts) is { } fewest)
            locating = locating is BorderLocating border ? border with { MinConcepts = fewest }
                : throw new UsageException("--min-concepts parts what the published method (preset paper, and methods that begin with it) leaves together; leave one out.");
        return settings with { Resolution = parse.GetValue(resolution) ?? settings.Resolution, Locating = locating };
    }
}

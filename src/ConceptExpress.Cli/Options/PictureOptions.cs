using System.CommandLine;
using ConceptExpress.Evaluation;
using ConceptExpress.Evaluation.Data;
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
    readonly Option<int?> minConcepts = OptionKinds.Whole("--min-concepts", 1, MostConcepts,
        "Part things that touch until there are so many concepts, as far as they can be parted (preset express only).");
    readonly Option<int?> maxConcepts = OptionKinds.Whole("--max-concepts", 1, MostConcepts, "Keep the most salient concepts only.");

    readonly Option<string> masks = OptionKinds.Text("--masks", "DIR",
        "Learn the concepts that the masks in this folder show, mask0.png, mask1.png, ... (set above 127, of any size), instead of looking for some.");

    public void AddTo(Command command)
    {
        command.Arguments.Add(image);
        foreach (var option in new Option[] { preset, resolution, minConcepts, maxConcepts, exif }) command.Options.Add(option);
    }

    /// <summary>Gives a command that has presets and pictures of its own what decides how concepts are found.</summary>
    public void AddLocalizationTo(Command command)
    {
        foreach (var option in new Option[] { resolution, minConcepts, maxConcepts, exif }) command.Options.Add(option);
    }

    /// <summary>Gives a command that takes masks from elsewhere the option for them.</summary>
    public void AddMasksTo(Command command) => command.Options.Add(masks);

    /// <summary>The masks in their order; null where concepts are to be looked for.</summary>
    /// <exception cref="UsageException">There is a limit on the concepts, too.</exception>
    /// <exception cref="DataSetException">The folder has no masks, one is empty, or their sizes differ.</exception>
    public IReadOnlyList<Mask>? Masks(ParseResult parse)
    {
        if (parse.GetValue(masks) is not { } folder) return null;
        foreach (var limit in new[] { minConcepts, maxConcepts })
            if (parse.GetValue(limit) is not null) throw new UsageException($"{limit.Name} says nothing beside --masks, all of which are taken; leave one out.");
        return GivenMasks.Read(folder);
    }

    public string ImageName(ParseResult parse) => Path.GetFileName(parse.GetRequiredValue(image));

    /// <summary>Reads the picture.</summary>
    /// <exception cref="ImageException">It is missing, unreadable or hostile.</exception>
    public DecodedImage Read(ParseResult parse) => ImageReader.ReadWithDigest(parse.GetRequiredValue(image),
        ImageReadOptions.Default with { Exif = ExifOf(parse) });

    public Exif ExifOf(ParseResult parse) => parse.GetValue(exif) == "ignore" ? Exif.Ignore : Exif.Apply;

    /// <summary>The preset's settings with what the command line says of localization.</summary>
    /// <exception cref="UsageException">The least number of concepts contradicts the preset or the largest number.</exception>
    public ExtractionSettings Settings(ParseResult parse, long? seed)
    {
        var settings = ExtractionSettings.For(Enum.Parse<Preset>(parse.GetValue(preset) ?? nameof(Preset.Express), ignoreCase: true));
        return Changed(parse, settings) with { Seed = seed ?? settings.Seed };
    }

    /// <summary>Settings with what the command line says of localization.</summary>
    /// <exception cref="UsageException">The least number of concepts contradicts the preset or the largest number.</exception>
    public ExtractionSettings Changed(ParseResult parse, ExtractionSettings settings)
    {
        var (fewest, most) = (parse.GetValue(minConcepts), parse.GetValue(maxConcepts));
        if (fewest is not null && settings.Localization == LocalizationMethod.EndOfText)
            throw new UsageException("--min-concepts parts what the published method (preset paper, and methods that begin with it) leaves together; leave one out.");
        if (fewest > most) throw new UsageException($"--min-concepts {fewest} is more than --max-concepts {most}.");
        return settings with
        {
            Resolution = parse.GetValue(resolution) ?? settings.Resolution,
            MinConcepts = fewest ?? settings.MinConcepts, MaxConcepts = most ?? settings.MaxConcepts,
        };
    }
}

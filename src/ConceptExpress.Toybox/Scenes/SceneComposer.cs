using ConceptExpress.Toybox.Scenes.Backgrounds;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>Composes random scenes. The same seed and settings give the same scene.</summary>
static class SceneComposer
{
    const int MaxAttempts = 400;

    /// <summary>Composes a scene that follows the rules of its difficulty (number, size, distance and visibility of toys).</summary>
    /// <exception cref="InvalidOperationException">The toys of this seed found no room.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The difficulty does not allow the number of toys, or the share of plain toys is not 0 to 1.
    /// </exception>
    public static Scene Compose(ulong seed, SceneSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.PlainShare is { } share && !(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(settings), "The share of plain toys must be between 0 and 1.");
        var rules = SceneRules.Of(settings.Difficulty);
        if (settings.ToyCount is { } given && (given < rules.Counts.Low || given > rules.Counts.High))
            throw new ArgumentOutOfRangeException(nameof(settings), $"{settings.Difficulty} scenes have {rules.Counts.Low} to "
                + $"{rules.Counts.High} toys, not {given}.");
        var random = new SceneRandom(seed, "scene");
        var count = settings.ToyCount ?? rules.MinToys + random.Below(rules.MaxToys - rules.MinToys + 1);
        var background = count == 0 ? Nothing(random) : random.Pick(ToyWords.Backgrounds);
        var scene = new Scene(background, ToyChoice.Toys(new SceneRandom(seed, "words"), count, settings))
        {
            BackgroundSeed = random.Bits(),
            LightDirection = random.Between(-0.82, -0.18) * Math.PI,
            Clutter = rules.MaxClutter == 0 ? 0 : random.Below(rules.MaxClutter + 1),
        };
        return Arranged(scene, rules, new SceneRandom(seed, "places"), seed);
    }

    static string Nothing(SceneRandom random) =>
        random.Below(1 + Nothings.Names.Count) is var kind and > 0 ? Nothings.Names[kind - 1] : random.Pick(ToyWords.Backgrounds);

    static Scene Arranged(Scene scene, SceneRules rules, SceneRandom random, ulong seed)
    {
        using var check = new VisibilityCheck();
        var scale = 1.0;
        for (var attempt = 0; attempt < MaxAttempts; attempt++, scale *= rules.Shrinking)
            if (ToyPlaces.Arrange(scene.Toys, rules, random, scale) is { } toys && check.Passes(scene with { Toys = toys }, rules))
                return scene with { Toys = toys };
        throw new InvalidOperationException(
            $"no room was found for the {scene.Toys.Count} toys of seed {seed}; try another seed or fewer toys.");
    }
}

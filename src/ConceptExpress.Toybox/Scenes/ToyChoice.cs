namespace ConceptExpress.Toybox.Scenes;

/// <summary>Chooses the words of a scene's toys.</summary>
static class ToyChoice
{
    // In Hard scenes: the chance that a toy repeats the category of an earlier toy, and the chance that it then repeats its color too.
    const double SameCategory = 0.4, SameColor = 0.35;

    /// <summary>
    /// Toys without positions. Easy: all categories differ. Normal: no two toys share both category and color. Hard: toys may be alike.
    /// Touching, and on request: all have the same words.
    /// </summary>
    public static IReadOnlyList<Toy> Toys(SceneRandom random, int count, SceneSettings settings)
    {
        var toys = new List<Toy>();
        if (settings.AreAlike || SceneRules.Of(settings.Difficulty).AreAlike)
        {
            var kind = Next(random, toys, settings);
            return [.. Enumerable.Range(0, count).Select(_ => kind with { DetailSeed = random.Bits() })];
        }
        while (toys.Count < count)
        {
            var toy = Next(random, toys, settings) with { DetailSeed = random.Bits() };
            if (IsAllowed(toy, toys, settings.Difficulty)) toys.Add(toy);
        }
        return toys;
    }

    static Toy Next(SceneRandom random, List<Toy> earlier, SceneSettings settings)
    {
        var (category, color, pattern) = (random.Pick(ToyWords.Categories), random.Pick(ToyWords.Colors),
            Pattern(random, settings.PlainShare));
        if (settings.Difficulty != SceneDifficulty.Hard || earlier.Count == 0 || !random.Chance(SameCategory))
            return new Toy(category, color, pattern);
        var like = random.Pick(earlier);
        return new Toy(like.Category, random.Chance(SameColor) ? like.Color : color, pattern);
    }

    static string Pattern(SceneRandom random, double? plainShare)
    {
        if (plainShare is not { } share) return random.Pick(ToyWords.Patterns);
        return random.Chance(share) ? ToyWords.Patterns[0] : ToyWords.Patterns[1 + random.Below(ToyWords.Patterns.Count - 1)];
    }

    static bool IsAllowed(Toy toy, List<Toy> earlier, SceneDifficulty difficulty) => difficulty switch
    {
        SceneDifficulty.Easy => earlier.TrueForAll(other => other.Category != toy.Category),
        SceneDifficulty.Normal or SceneDifficulty.Border =>
            earlier.TrueForAll(other => other.Category != toy.Category || other.Color != toy.Color),
        _ => true,
    };
}

namespace ConceptExpress.Toybox.Scenes;

/// <summary>Gives toys positions and poses.</summary>
static class ToyPlaces
{
    const int AttemptsPerToy = 30;
    const double Quarter = Math.PI / 2, Tilt = 25 * Math.PI / 180;

    /// <summary>Places toys and sorts them so that lower ones are in front. Null if a toy found no room.</summary>
    /// <param name="toys">The toys; their positions and poses are replaced.</param>
    /// <param name="rules">The allowed sizes and distances.</param>
    /// <param name="random">Decides poses, sizes and positions.</param>
    /// <param name="scale">Factor of all sizes.</param>
    public static IReadOnlyList<Toy>? Arrange(IReadOnlyList<Toy> toys, SceneRules rules, SceneRandom random, double scale)
    {
        var placed = new List<Toy>();
        foreach (var toy in toys)
        {
            var (low, high) = rules.Sizes[toys.Count - 1];
            var posed = Posed(toy, random) with { Size = scale * random.Between(low, high) };
            if (Room(posed, placed, rules, random) is not { } found) return null;
            placed.Add(found);
        }
        return [.. placed.OrderBy(toy => toy.Y + toy.Size / 2)];
    }

    static Toy? Room(Toy toy, List<Toy> placed, SceneRules rules, SceneRandom random)
    {
        var inset = rules.Inset * toy.Size;
        for (var attempt = 0; attempt < AttemptsPerToy; attempt++)
        {
            var at = toy with { X = random.Between(inset, 1 - inset), Y = random.Between(inset, 1 - inset) };
            if (placed.TrueForAll(other => IsFar(at, other, rules.Nearness))) return at;
        }
        return null;
    }

    static bool IsFar(Toy a, Toy b, double nearness) =>
        Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y)) >= nearness * (a.Size + b.Size) / 2;

    static Toy Posed(Toy toy, SceneRandom random) => toy with
    {
        Rotation = random.Between(-1, 1) * MaxTurn(toy.Category),
        Mirrored = random.Chance(0.5),
        Stretch = random.Between(0.88, 1.14),
        Skew = random.Between(-0.1, 0.1),
        Perspective = (random.Between(-0.09, 0.09), random.Between(-0.09, 0.09)),
    };

    static double MaxTurn(string category) => category switch
    {
        "ball" or "ring" or "star" or "ladybug" => 2 * Quarter,
        "kite" or "rocket" or "fish" or "flower" => 1.4 * Tilt,
        "car" or "boat" or "house" or "tree" or "cup" => 0.5 * Tilt,
        _ => Tilt,
    };
}

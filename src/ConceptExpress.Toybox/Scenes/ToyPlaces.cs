namespace ConceptExpress.Toybox.Scenes;

/// <summary>Gives toys positions and poses.</summary>
static class ToyPlaces
{
    const int AttemptsPerToy = 30;
    const double MaxDepth = 0.4; // of the center of a toy that the border cuts off, in units of its size
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
        for (var attempt = 0; attempt < AttemptsPerToy; attempt++)
        {
            var (x, y) = rules.MustTouch && placed.Count > 0 ? Beside(toy, random.Pick(placed), rules, random) : Inside(toy, rules, random);
            var inset = rules.MustTouch ? rules.Inset * toy.Size : 0;
            if (Math.Min(x, y) < inset || Math.Max(x, y) > 1 - inset) continue;
            var at = toy with { X = x, Y = y };
            if (placed.TrueForAll(other => IsFar(at, other, rules.Nearness))) return at;
        }
        return null;
    }

    static (double X, double Y) Inside(Toy toy, SceneRules rules, SceneRandom random)
    {
        var inset = rules.Inset * toy.Size;
        if (rules.Outside is { Low: > 0 })
        {
            // Near one of the four sides.
            var (along, depth) = (random.Between(0.1, 0.9), random.Between(0, MaxDepth) * toy.Size);
            if (random.Chance(0.5)) depth = 1 - depth;
            return random.Chance(0.5) ? (along, depth) : (depth, along);
        }
        return (random.Between(inset, 1 - inset), random.Between(inset, 1 - inset));
    }

    // Near enough to touch, if the shapes are right.
    static (double X, double Y) Beside(Toy toy, Toy other, SceneRules rules, SceneRandom random)
    {
        var (sin, cos) = Math.SinCos(random.Between(0, 2 * Math.PI));
        var distance = random.Between(rules.Nearness, 1) * (toy.Size + other.Size) / 2;
        return (other.X + distance * cos, other.Y + distance * sin);
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

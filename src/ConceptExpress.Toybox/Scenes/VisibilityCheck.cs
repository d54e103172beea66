using ConceptExpress.Toybox.Scenes.Drawing;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>Draws a scene at 64 px to check whether its toys are visible, cut off and touching as its rules say.</summary>
sealed class VisibilityCheck : IDisposable
{
    const int Side = 64;

    readonly ToyLayer layer = new(Side);

    /// <summary>Whether the scene follows the rules.</summary>
    public bool Passes(Scene scene, SceneRules rules)
    {
        var owner = new int[Side * Side]; // index of the topmost toy + 1; 0 is background
        var areas = new int[scene.Toys.Count];
        for (var i = 0; i < areas.Length; i++)
        {
            var coverage = Coverage(scene.Toys[i], scene);
            if (!rules.MayCrop && TouchesBorder(coverage)) return false;
            for (var at = 0; at < owner.Length; at++)
            {
                if (!coverage[at]) continue;
                owner[at] = i + 1;
                areas[i]++;
            }
            if (rules.Outside is not { } allowed) continue;
            var outside = Outside(scene.Toys[i], scene, areas[i]);
            if (outside < allowed.Low || outside > allowed.High) return false;
        }
        for (var i = 0; i < areas.Length; i++)
        {
            var visible = owner.Count(toy => toy == i + 1);
            if (visible < rules.VisibleShare * areas[i] || visible < rules.VisibleArea * owner.Length
                || visible > rules.MaxVisibleArea * owner.Length) return false;
        }
        return !rules.MustTouch || AllTouch(owner, areas.Length);
    }

    public void Dispose() => layer.Dispose();

    bool[] Coverage(Toy toy, Scene scene)
    {
        layer.Draw(toy, scene);
        return layer.Coverage();
    }

    // Share of a toy that the border cuts off. Drawn at half its size in the middle, all of it is inside.
    double Outside(Toy toy, Scene scene, int area)
    {
        var whole = 4 * Coverage(toy with { X = 0.5, Y = 0.5, Size = toy.Size / 2 }, scene).Count(covered => covered);
        return 1 - Math.Min(1, (double)area / whole);
    }

    static bool TouchesBorder(bool[] coverage)
    {
        for (var i = 0; i < Side; i++)
            if (coverage[i] || coverage[Side * (Side - 1) + i] || coverage[Side * i] || coverage[Side * i + Side - 1]) return true;
        return false;
    }

    // Whether the visible parts of all toys hang together: from one to the next, pixels are neighbours.
    static bool AllTouch(int[] owner, int toys)
    {
        var group = Enumerable.Range(0, toys + 1).ToArray();
        int Of(int toy) => group[toy] == toy ? toy : Of(group[toy]);
        void Join(int a, int b)
        {
            if (a > 0 && b > 0) group[Of(a)] = Of(b);
        }
        for (var at = 0; at < owner.Length; at++)
        {
            if (at % Side > 0) Join(owner[at], owner[at - 1]);
            if (at >= Side) Join(owner[at], owner[at - Side]);
        }
        return Enumerable.Range(1, toys).All(toy => Of(toy) == Of(1));
    }
}

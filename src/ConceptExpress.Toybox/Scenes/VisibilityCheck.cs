using ConceptExpress.Toybox.Scenes.Drawing;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>Draws a scene at 64 px to check whether enough of every toy is visible.</summary>
sealed class VisibilityCheck : IDisposable
{
    const int Side = 64;

    readonly ToyLayer layer = new(Side);

    /// <summary>Whether every toy has the minimum visible share and area, and lies inside the picture if the rules demand it.</summary>
    public bool Passes(Scene scene, SceneRules rules)
    {
        var owner = new int[Side * Side]; // index of the topmost toy + 1; 0 is background
        var areas = new int[scene.Toys.Count];
        for (var i = 0; i < areas.Length; i++)
        {
            layer.Draw(scene.Toys[i], scene);
            var coverage = layer.Coverage();
            if (!rules.MayCrop && TouchesBorder(coverage)) return false;
            for (var at = 0; at < owner.Length; at++)
            {
                if (!coverage[at]) continue;
                owner[at] = i + 1;
                areas[i]++;
            }
        }
        for (var i = 0; i < areas.Length; i++)
        {
            var visible = owner.Count(toy => toy == i + 1);
            if (visible < rules.VisibleShare * areas[i] || visible < rules.VisibleArea * owner.Length) return false;
        }
        return true;
    }

    public void Dispose() => layer.Dispose();

    static bool TouchesBorder(bool[] coverage)
    {
        for (var i = 0; i < Side; i++)
            if (coverage[i] || coverage[Side * (Side - 1) + i] || coverage[Side * i] || coverage[Side * i + Side - 1]) return true;
        return false;
    }
}

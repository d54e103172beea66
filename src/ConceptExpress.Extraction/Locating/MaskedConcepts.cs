using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>Concepts whose masks are known from elsewhere, drawn or measured.</summary>
public static class MaskedConcepts
{
    /// <summary>Gives every mask its feature, the mean of its cells' rows scaled to sum 1, and its saliency.</summary>
    /// <param name="masks">On the grid, none empty; they may overlap.</param>
    /// <param name="map">(hw, hw) self-attention, rows normalised to sum 1.</param>
    /// <param name="saliency">Per cell, not negative.</param>
    /// <param name="grid">The h x w cells.</param>
    /// <exception cref="ArgumentException">There are no masks, one is empty, or one has another grid.</exception>
    public static IReadOnlyList<LocatedConcept> Of(IReadOnlyList<GridMask> masks, Tensor map, float[] saliency, GridSize grid)
    {
        if (masks.Count == 0) throw new ArgumentException("no masks are given");
        foreach (var mask in masks)
        {
            if (mask.Grid != grid) throw new ArgumentException($"a mask of {mask.Width}x{mask.Height} cells does not fit the grid of {grid.Width}x{grid.Height}");
            if (mask.Area == 0) throw new ArgumentException("a mask that is given is empty");
        }
        return [.. masks.Select(mask => new LocatedConcept(mask, Saliency(mask, saliency), Feature(mask, map)))];
    }

    static double Saliency(GridMask mask, float[] saliency) => SaliencyMap.Scores(saliency, Array.ConvertAll(mask.Cells, inside => inside ? 0 : -1), 1)[0];

    static float[] Feature(GridMask mask, Tensor map)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long[] members = [.. mask.Cells.Index().Where(cell => cell.Item).Select(cell => (long)cell.Index)];
        var feature = map.index_select(0, tensor(members, device: map.device)).mean([0L]);
        return [.. (feature / feature.sum()).to(float32, CPU).data<float>()];
    }
}

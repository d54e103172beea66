using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>Concepts whose masks are known from elsewhere, drawn or measured.</summary>
public static class MaskedConcepts
{
    /// <summary>Gives every mask its feature, the mean of its cells' rows scaled to sum 1, and its saliency.</summary>
    /// <param name="masks">On the grid, none empty; they may overlap.</param>
    /// <param name="map">What was read of the picture.</param>
    /// <exception cref="ArgumentException">There are no masks, one is empty, or one has another grid.</exception>
    public static IReadOnlyList<LocatedConcept> Of(IReadOnlyList<GridMask> masks, CellMap map)
    {
        if (masks.Count == 0) throw new ArgumentException("no masks are given");
        foreach (var mask in masks)
        {
            if (mask.Grid != map.Grid) throw new ArgumentException($"a mask of {mask.Grid} cells does not fit the grid of {map.Grid}");
            if (mask.Area == 0) throw new ArgumentException("a mask that is given is empty");
        }
        return [.. masks.Select(mask => new LocatedConcept(mask, Saliency(mask, map.Saliency), Feature(mask.Cells, map.Attention)))];
    }

    static double Saliency(GridMask mask, float[] saliency) => SaliencyMap.Scores(saliency, Array.ConvertAll(mask.Cells, inside => inside ? 0 : -1), 1)[0];

    /// <summary>The mean row of a mask's cells, scaled to sum 1.</summary>
    /// <param name="mask">One value per cell, at least one set.</param>
    /// <param name="map">(hw, hw) self-attention.</param>
    internal static float[] Feature(bool[] mask, Tensor map)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long[] members = [.. mask.Index().Where(cell => cell.Item).Select(cell => (long)cell.Index)];
        var feature = map.index_select(0, tensor(members, device: map.device)).mean([0L]);
        return [.. (feature / feature.sum()).to(float32, CPU).data<float>()];
    }
}

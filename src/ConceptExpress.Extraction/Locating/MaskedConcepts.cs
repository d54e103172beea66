using ConceptExpress.Extraction.Attention;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Locating;

/// <summary>Makes concepts of given masks, for example hand-drawn or true ones.</summary>
static class MaskedConcepts
{
    /// <summary>
    /// Returns one concept per mask, in the same order. A concept's feature is the mean of its cells' rows of attention, scaled to sum 1.
    /// Its saliency is the mean in the mask divided by the mean of all cells.
    /// </summary>
    /// <param name="masks">Masks on the grid of <paramref name="map"/>, none of them empty. Masks may overlap.</param>
    /// <param name="map">Attention and saliency of the picture.</param>
    /// <exception cref="ArgumentException">There are no masks, one is empty, or one has a different grid.</exception>
    public static IReadOnlyList<LocatedConcept> Of(IReadOnlyList<GridMask> masks, CellMap map)
    {
        if (masks.Count == 0) throw new ArgumentException("there are no masks; give at least one");
        foreach (var mask in masks)
        {
            if (mask.Grid != map.Grid)
                throw new ArgumentException(
                    $"a mask of {mask.Grid} cells does not fit the grid of {map.Grid} cells; give masks on that grid");
            if (mask.Area == 0) throw new ArgumentException("a given mask is empty; give masks with at least one cell set");
        }
        return [.. masks.Select(mask => new LocatedConcept(mask, Saliency(mask, map.Saliency), Feature(mask.Cells, map.Attention)))];
    }

    static double Saliency(GridMask mask, float[] saliency) =>
        SaliencyMap.Scores(saliency, Array.ConvertAll(mask.Cells, inside => inside ? 0 : -1), 1)[0];

    /// <summary>Returns the feature of a mask: the mean row of its cells, scaled to sum 1, one value per cell of the grid.</summary>
    /// <param name="mask">One value per cell, at least one of them true.</param>
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

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Tensor names that differ between older and newer public checkpoints.</summary>
static class WeightNames
{
    static readonly (string Old, string New)[] VaeAttention =
        [(".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0.")];

    /// <summary>Converts an old name of a tensor in the VAE's attention to the present one. Other names are returned unchanged.</summary>
    public static string FromOldVaeAttention(string name)
    {
        foreach (var (old, present) in VaeAttention)
            if (name.Contains(old, StringComparison.Ordinal)) return name.Replace(old, present, StringComparison.Ordinal);
        return name;
    }

    /// <summary>Returns whether a name is that of the list 0, 1, 2, ..., which older text encoders store beside their weights.</summary>
    public static bool IsPositionIds(string name) => name == "position_ids" || name.EndsWith(".position_ids", StringComparison.Ordinal);
}

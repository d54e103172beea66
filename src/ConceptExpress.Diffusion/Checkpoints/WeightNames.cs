namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Names of tensors that changed, or ceased to be stored, in the history of the public checkpoints.</summary>
public static class WeightNames
{
    static readonly (string Old, string New)[] VaeAttention =
        [(".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0.")];

    /// <summary>The present name of a tensor of a VAE's attention, which older checkpoints call otherwise.</summary>
    public static string FromOldVaeAttention(string name)
    {
        foreach (var (old, present) in VaeAttention)
            if (name.Contains(old, StringComparison.Ordinal)) return name.Replace(old, present, StringComparison.Ordinal);
        return name;
    }

    /// <summary>Whether it is the list 0, 1, 2, ... that older text encoders store beside their weights.</summary>
    public static bool IsPositionIds(string name) => name == "position_ids" || name.EndsWith(".position_ids", StringComparison.Ordinal);
}

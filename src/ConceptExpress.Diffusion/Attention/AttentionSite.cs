namespace ConceptExpress.Diffusion.Attention;

/// <summary>Which way an attention layer lies in the UNet.</summary>
public enum UnetStage { Down, Middle, Up }

/// <summary>One attention layer of the UNet, named by its module path (<c>down_blocks.0.attentions.0.transformer_blocks.0.attn1</c>).</summary>
/// <param name="Path">The path under which the checkpoint keeps the layer's weights.</param>
/// <param name="Stage">On the way down, in the middle, or on the way up.</param>
/// <param name="Depth">How often the latent grid was halved before this layer: 0 at the latent's own resolution.</param>
/// <param name="IsCross">Cross-attention to the text, as opposed to self-attention among grid cells.</param>
public sealed record AttentionSite(string Path, UnetStage Stage, int Depth, bool IsCross);

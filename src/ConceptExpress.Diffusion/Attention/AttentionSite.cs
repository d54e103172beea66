namespace ConceptExpress.Diffusion.Attention;

/// <summary>Part of the UNet: on the way down, in the middle, or on the way up.</summary>
enum UnetStage { Down, Middle, Up }

/// <summary>
/// One attention layer of the UNet, named by its module path (<c>down_blocks.0.attentions.0.transformer_blocks.0.attn1</c>).
/// </summary>
/// <param name="Path">Module path; also the prefix of the layer's weights in the checkpoint.</param>
/// <param name="Stage">Part of the UNet that contains the layer.</param>
/// <param name="Depth">Number of times that the latent grid was halved before this layer; 0 at the latent's own resolution.</param>
/// <param name="IsCross">True for cross-attention to the text, false for self-attention among grid cells.</param>
sealed record AttentionSite(string Path, UnetStage Stage, int Depth, bool IsCross);

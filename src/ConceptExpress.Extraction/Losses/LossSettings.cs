using System.ComponentModel.DataAnnotations;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

/// <summary>The losses that learning minimises, and their weights. The defaults are the published ones (method 2).</summary>
public sealed record LossSettings
{
    /// <summary>The masked denoising loss. Its weight is 1.</summary>
    /// <value>The default has the published values.</value>
    public DenoisingSettings Denoising { get; init; } = new();

    /// <summary>The alignment loss, which pulls a token's attention to its concept.</summary>
    /// <value>The default is <see cref="EarthMoverAlignment"/>, as published.</value>
    public AlignmentLoss Alignment { get; init; } = new EarthMoverAlignment();

    /// <summary>Weight of the alignment loss, 0 to 1e6; 0 leaves it out.</summary>
    /// <value>The default is 1e-5.</value>
    [Range(0.0, 1e6)]
    public double AlignmentWeight { get; init; } = 1e-5;

    /// <summary>
    /// Weight of the token contrast loss before the merge, 0 to 1e6; 0 leaves it out. It is also left out if concepts have one token.
    /// </summary>
    /// <value>The default is 1e-3.</value>
    [Range(0.0, 1e6)]
    public double ContrastWeight { get; init; } = 1e-3;

    /// <summary>Temperature of the token contrast loss, 0.001 to 1000.</summary>
    /// <value>The default is 0.07.</value>
    [Range(1e-3, 1e3)]
    public double ContrastTemperature { get; init; } = 0.07;
}

/// <summary>How the denoising loss uses a mask.</summary>
public sealed record DenoisingSettings
{
    /// <summary>
    /// Whether to average over the elements inside the mask instead of all, so that small concepts learn as fast as large ones.
    /// </summary>
    /// <value>The default is false, as published.</value>
    public bool PerMaskedElement { get; init; }

    /// <summary>
    /// How far masks are widened for the loss, as a share of the picture's longer side, 0 to 1, rounded to whole cells of the latent.
    /// Inside the mask alone, any material of the right color and pattern explains as much as the thing itself; the outline shows what the
    /// thing is.
    /// </summary>
    /// <value>The default is 0, as published.</value>
    [Range(0.0, 1)]
    public double MaskMargin { get; init; }
}

/// <summary>
/// A loss that pulls a token's attention to its concept: <see cref="EarthMoverAlignment"/> or <see cref="SquaredAlignment"/>.
/// </summary>
public abstract record AlignmentLoss
{
    /// <summary>Returns the loss: summed over the K tokens, averaged over the batch B.</summary>
    /// <param name="maps">
    /// (B,K,g,g') the tokens' cross-attention on an attention grid of g x g' cells, 0 or more; receives the gradient.
    /// </param>
    /// <param name="features">
    /// (K,h,w) the features of the tokens' concepts on the latent grid, 0 or more. They are sampled on the attention grid (published
    /// semantics 14).
    /// </param>
    /// <returns>A scalar, 0 or more. The caller disposes of it, or has a dispose scope around the call.</returns>
    public Tensor Of(Tensor maps, Tensor features)
    {
        using var scope = NewDisposeScope();
        var targets = AttentionAlignmentLoss.TargetsOn(features, Grid.Of(maps)).unsqueeze(0).expand(maps.shape);
        return (PerToken(maps.flatten(0, 1), targets.flatten(0, 1)).sum() / maps.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>Returns one loss per map: attention maps and targets are (B*K,g,g'), the losses (B*K).</summary>
    private protected abstract Tensor PerToken(Tensor attention, Tensor targets);
}

/// <summary>
/// The earth mover's distance to the concept's feature, in cells of the attention grid. Both maps are scaled to sum 1. Iterates on the CPU
/// (method 2, attention alignment).
/// </summary>
/// <remarks>The gradient is lambda times the log potential, not the derivative of the value (published semantics 14).</remarks>
public sealed record EarthMoverAlignment : AlignmentLoss
{
    /// <summary>Regularisation of the transport, in cells of the attention grid, 1e-6 to 1000.</summary>
    /// <value>The default is 1e-3, as published.</value>
    [Range(1e-6, 1e3)]
    public double Lambda { get; init; } = 1e-3;

    /// <summary>Number of Sinkhorn iterations, 1 to 100,000.</summary>
    /// <value>The default is 200, as published.</value>
    [Range(1, 100_000)]
    public int Iterations { get; init; } = 200;

    private protected override Tensor PerToken(Tensor attention, Tensor targets) =>
        AttentionAlignmentLoss.PerToken(attention, targets, Lambda, Iterations);
}

/// <summary>
/// The mean squared difference from the concept's feature over all cells, 0 to 1. Both maps are scaled to a maximum of 1. For comparison
/// with <see cref="EarthMoverAlignment"/>.
/// </summary>
/// <remarks>
/// "Break-A-Scene: Extracting Multiple Concepts from a Single Image" compares attention with masks in this way, with the weight 1e-2
/// (docs/deviations.md, evaluation).
/// </remarks>
public sealed record SquaredAlignment : AlignmentLoss
{
    private protected override Tensor PerToken(Tensor attention, Tensor targets) => SquaredAlignmentLoss.PerToken(attention, targets);
}

using System.ComponentModel.DataAnnotations;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

/// <summary>The losses that learning minimises, and their weights. The defaults are the published ones (method 2).</summary>
public sealed record LossSettings
{
    /// <summary>The masked denoising loss. Its weight is 1.</summary>
    public DenoisingSettings Denoising { get; init; } = new();

    /// <summary>The alignment loss, which pulls a token's attention to its concept.</summary>
    /// <value>The default is the earth mover's distance.</value>
    public AlignmentLoss Alignment { get; init; } = new EarthMoverAlignment();

    /// <summary>Weight of the alignment loss; 0 leaves it out.</summary>
    /// <value>The default is 1e-5.</value>
    [Range(0.0, 1e6)]
    public double AlignmentWeight { get; init; } = 1e-5;

    /// <summary>Weight of the token contrast loss before the merge; 0 leaves it out.</summary>
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
    /// <value>The default is false.</value>
    public bool PerMaskedElement { get; init; }

    /// <summary>
    /// How far masks are widened for the loss, as a share of the picture's longer side, 0 to 1. Inside the mask alone, any material of the
    /// right color and pattern explains as much as the thing itself; the outline shows what the thing is.
    /// </summary>
    /// <value>The default is 0.</value>
    [Range(0.0, 1)]
    public double MaskMargin { get; init; }
}

/// <summary>
/// A loss that pulls a token's attention to its concept: <see cref="EarthMoverAlignment"/> or <see cref="SquaredAlignment"/>.
/// </summary>
public abstract record AlignmentLoss
{
    /// <summary>Returns the loss, a scalar: summed over the tokens, averaged over the batch.</summary>
    /// <param name="maps">(B,K,g,g') the tokens' cross-attention maps; receive the gradient.</param>
    /// <param name="features">(K,h,w) the concepts' feature maps.</param>
    public Tensor Of(Tensor maps, Tensor features)
    {
        using var scope = NewDisposeScope();
        var targets = AttentionAlignmentLoss.TargetsOn(features, Grid.Of(maps)).unsqueeze(0).expand(maps.shape);
        return (PerToken(maps.flatten(0, 1), targets.flatten(0, 1)).sum() / maps.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>Returns one loss per map: attention maps and targets are (B*K,g,g'), the losses (B*K).</summary>
    private protected abstract Tensor PerToken(Tensor attention, Tensor targets);
}

/// <summary>The earth mover's distance to the concept's feature (method 2, attention alignment).</summary>
public sealed record EarthMoverAlignment : AlignmentLoss
{
    /// <summary>Regularisation of the transport, in cells of the attention grid.</summary>
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

/// <summary>The mean squared difference from the concept's feature. Both maps are scaled to a maximum of 1.</summary>
public sealed record SquaredAlignment : AlignmentLoss
{
    private protected override Tensor PerToken(Tensor attention, Tensor targets) => SquaredAlignmentLoss.PerToken(attention, targets);
}

using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Encoders.Vision;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, h x w pixels, N patches, R registers, E width

/// <summary>Makes the class token and the patches, and adds their positions, resampled for pictures of another size.</summary>
sealed class DinoEmbeddings : Module<Tensor, Tensor>
{
    readonly Parameter cls_token, position_embeddings;
    readonly DinoPatches patch_embeddings;
    readonly PositionResampling resampling;

    public DinoEmbeddings(DinoVisionConfig config, PositionResampling resampling) : base(nameof(DinoEmbeddings))
    {
        this.resampling = resampling;
        var side = (long)(config.ImageSize / config.PatchSize);
        cls_token = Placement.Parameter(1, 1, config.HiddenSize);
        position_embeddings = Placement.Parameter(1, 1 + side * side, config.HiddenSize);
        patch_embeddings = new DinoPatches(config.Colours, config.HiddenSize, config.PatchSize);
        RegisterComponents();
    }

    /// <summary>(B,3,h,w) to (B,1+N,E).</summary>
    public override Tensor forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        return patch_embeddings.WithPositions(pixels, cls_token, position_embeddings, resampling).MoveToOuterDisposeScope();
    }
}

/// <summary>Like <see cref="DinoEmbeddings"/>, with registers (without positions) between the class token and the patches.</summary>
sealed class Dinov2Embeddings : Module<Tensor, Tensor>
{
    readonly Parameter cls_token, position_embeddings;
    readonly Parameter mask_token; // in every checkpoint, but used in training only
    readonly Parameter? register_tokens;
    readonly DinoPatches patch_embeddings;
    readonly PositionResampling resampling;

    public Dinov2Embeddings(Dinov2Config config, PositionResampling resampling) : base(nameof(Dinov2Embeddings))
    {
        this.resampling = resampling;
        var side = (long)(config.ImageSize / config.PatchSize);
        cls_token = Placement.Parameter(1, 1, config.HiddenSize);
        mask_token = Placement.Parameter(1, config.HiddenSize);
        register_tokens = config.Registers > 0 ? Placement.Parameter(1, config.Registers, config.HiddenSize) : null;
        position_embeddings = Placement.Parameter(1, 1 + side * side, config.HiddenSize);
        patch_embeddings = new DinoPatches(config.Colours, config.HiddenSize, config.PatchSize);
        RegisterComponents();
    }

    /// <summary>(B,3,h,w) to (B,1+R+N,E).</summary>
    public override Tensor forward(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var tokens = patch_embeddings.WithPositions(pixels, cls_token, position_embeddings, resampling);
        if (register_tokens is { } registers)
            tokens = cat([tokens.narrow(1, 0, 1), registers.expand(tokens.shape[0], -1, -1), tokens.narrow(1, 1, tokens.shape[1] - 1)], 1);
        return tokens.MoveToOuterDisposeScope();
    }
}

/// <summary>The projection of patches. This wrapper exists because checkpoints name its weights one level deeper.</summary>
sealed class DinoPatches : Module<Tensor, Tensor>
{
    readonly PatchProjection projection;

    public DinoPatches(long colours, long width, long patch) : base(nameof(DinoPatches))
    {
        projection = new PatchProjection(colours, width, patch, hasBias: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor pixels) => projection.call(pixels);

    /// <summary>
    /// (B,3,h,w) to (B,1+N,E): the class token, given as (1,1,E), and the patches, with the positions of the table added to both.
    /// </summary>
    internal Tensor WithPositions(Tensor pixels, Tensor classToken, Tensor table, PositionResampling resampling)
    {
        var (rows, columns) = projection.Grid(pixels);
        var tokens = cat([classToken.expand(pixels.shape[0], -1, -1), projection.call(pixels)], 1);
        return tokens + PositionTable.Resample(table, rows, columns, resampling);
    }
}

using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, N tokens, E width, H heads

/// <summary>Multi-head self-attention with its output projection.</summary>
sealed class DinoAttention : Module<Tensor, Tensor>
{
    readonly DinoHeads attention;
    readonly DinoDense output;

    /// <param name="width">E, the width of the tokens.</param>
    /// <param name="heads">H, the number of heads; divides E.</param>
    /// <param name="hasBias">Whether queries, keys and values have a bias.</param>
    public DinoAttention(long width, long heads, bool hasBias) : base(nameof(DinoAttention))
    {
        attention = new DinoHeads(width, heads, hasBias);
        output = new DinoDense(width, width);
        RegisterComponents();
    }

    /// <summary>(B,N,E) to (B,N,E).</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return output.call(attention.call(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>Multi-head self-attention without the output projection: every token attends to all tokens.</summary>
sealed class DinoHeads : Module<Tensor, Tensor>
{
    readonly Linear query, key, value;
    readonly long heads;

    public DinoHeads(long width, long heads, bool hasBias) : base(nameof(DinoHeads))
    {
        this.heads = heads;
        query = new Linear(width, width, hasBias);
        key = new Linear(width, width, hasBias);
        value = new Linear(width, width, hasBias);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var attended = functional.scaled_dot_product_attention(Split(query.call(x)), Split(key.call(x)), Split(value.call(x)));
        return attended.transpose(1, 2).flatten(2).MoveToOuterDisposeScope();
    }

    Tensor Split(Tensor x) => x.unflatten(2, [heads, x.shape[2] / heads]).transpose(1, 2); // (B,N,E) -> (B,H,N,E/H)
}

/// <summary>A linear layer. This wrapper exists because checkpoints name its weights one level deeper.</summary>
sealed class DinoDense : Module<Tensor, Tensor>
{
    readonly Linear dense;

    public DinoDense(long inputs, long outputs) : base(nameof(DinoDense))
    {
        dense = new Linear(inputs, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => dense.call(x);
}

using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>
/// Checks what the parts of a checkpoint compute. A number that is not finite spreads to all others: pictures become black, and masks and
/// words mean nothing.
/// </summary>
static class Finite
{
    /// <summary>Requires that all of a text encoder's outputs are finite.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="text">What its text encoders computed.</param>
    /// <exception cref="CheckpointException">A number is not finite.</exception>
    public static void RequireText(StableDiffusion model, TextConditioning text) =>
        Require(text.Context, "text encoder", model.Name, model.Texts[0].Model);

    /// <summary>Requires that all numbers of what the UNet computed, or of what was computed from it, are finite.</summary>
    /// <exception cref="CheckpointException">A number is not finite.</exception>
    public static void RequireUnet(StableDiffusion model, Tensor values) => Require(values, "UNet", model.Name, model.Unet);

    /// <summary>Requires that all numbers of what the autoencoder computed are finite.</summary>
    /// <exception cref="CheckpointException">A number is not finite.</exception>
    public static void RequireVae(StableDiffusion model, Tensor values) => Require(values, "autoencoder", model.Name, model.Vae);

    /// <summary>Requires that all numbers of what a module computed are finite.</summary>
    /// <param name="values">What it computed, of any shape and type.</param>
    /// <param name="part">What the module is, for the message.</param>
    /// <param name="name">Name of its checkpoint, for the message.</param>
    /// <param name="module">The module.</param>
    /// <exception cref="CheckpointException">A number is not finite.</exception>
    public static void Require(Tensor values, string part, string name, nn.Module module)
    {
        using var scope = NewDisposeScope();
        if (values.isfinite().all().item<bool>()) return;
        throw new CheckpointException($"The {part} of {name} computed numbers that are not finite; "
            + (module.parameters().First().dtype == ScalarType.Float16
                ? "compute in fp32 or bf16, because fp16 has a small range."
                : "use another checkpoint, because its weights are damaged or too large."));
    }
}

using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Encoders;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs.Naming;

/// <summary>Finds the CLIP that looks at concepts to name them.</summary>
static class NamingEncoder
{
    /// <summary>
    /// Loads the CLIP of a folder, or without one that of the embedded checkpoint. That one knows only toys, so other checkpoints have
    /// none:
    /// the result is null.
    /// </summary>
    /// <exception cref="CheckpointException">The model is missing or damaged, or is not a CLIP.</exception>
    public static ClipEncoder? For(LoadedModel loaded, string? folder)
    {
        folder ??= loaded.Reference == ModelReference.Embedded ? EvaluationRequest.Companion(EvaluationRequest.EmbeddedClip) : null;
        return folder is null ? null : Load(folder, loaded.Model.Device);
    }

    /// <summary>Loads a CLIP with both towers.</summary>
    /// <exception cref="CheckpointException">The model is missing or damaged, or is not a CLIP.</exception>
    public static ClipEncoder Load(string folder, Device device)
    {
        var encoder = ImageEncoders.Load(folder, device);
        if (encoder is ClipEncoder clip) return clip;
        encoder.Dispose();
        throw new CheckpointException($"{folder} holds an encoder of pictures alone, which knows no words; name a CLIP instead.");
    }
}

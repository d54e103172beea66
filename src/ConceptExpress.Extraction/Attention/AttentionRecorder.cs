using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Unet;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>
/// Reads the attention weights of selected sites until it is disposed. Other sites keep their kernel, and the UNet needs no change.
/// </summary>
sealed class AttentionRecorder : IDisposable
{
    readonly List<(CrossAttention Layer, IAttentionKernel Previous)> taken = [];

    AttentionRecorder() { }

    /// <summary>Replaces the kernels of the selected sites by recording ones, until the recorder is disposed.</summary>
    /// <param name="unet">The UNet to record.</param>
    /// <param name="select">Returns true for each site to record.</param>
    /// <param name="record">
    /// Receives each selected site and its weights (B,H,N,M), rows summing to 1, in the order of execution. The weights carry their
    /// gradient graph.
    /// </param>
    /// <exception cref="InvalidOperationException">No site was selected.</exception>
    public static AttentionRecorder Attach(UNet2DConditionModel unet, Func<AttentionSite, bool> select,
        Action<AttentionSite, Tensor> record)
    {
        var recorder = new AttentionRecorder();
        foreach (var layer in unet.AttentionLayers.Where(layer => select(layer.Site)))
        {
            recorder.taken.Add((layer, layer.Kernel));
            layer.Kernel = new RecordingKernel(weights => record(layer.Site, weights));
        }
        return recorder.taken.Count > 0
            ? recorder
            : throw new InvalidOperationException("no attention site of the UNet was selected for recording; select at least one");
    }

    /// <summary>Ends the recording: gives every selected site its previous kernel back.</summary>
    public void Dispose()
    {
        foreach (var (layer, previous) in taken) layer.Kernel = previous;
        taken.Clear();
    }
}

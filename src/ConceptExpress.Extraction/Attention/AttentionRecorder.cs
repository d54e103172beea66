using ConceptExpress.Diffusion.Attention;
using ConceptExpress.Diffusion.Unet;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Attention;

/// <summary>Reads the attention weights of chosen sites for the length of a <c>using</c>. All others stay fused; the UNet notices nothing.</summary>
public sealed class AttentionRecorder : IDisposable
{
    readonly List<(CrossAttention Layer, IAttentionKernel Previous)> taken = [];

    AttentionRecorder() { }

    /// <summary>Begins to record.</summary>
    /// <param name="unet">Whose attention.</param>
    /// <param name="select">Which sites.</param>
    /// <param name="record">Receives the site and its weights (B,H,N,M), rows summing to 1, in the order of execution.</param>
    /// <exception cref="InvalidOperationException">No site was selected.</exception>
    public static AttentionRecorder Attach(UNet2DConditionModel unet, Func<AttentionSite, bool> select, Action<AttentionSite, Tensor> record)
    {
        var recorder = new AttentionRecorder();
        foreach (var layer in unet.AttentionLayers.Where(layer => select(layer.Site)))
        {
            recorder.taken.Add((layer, layer.Kernel));
            layer.Kernel = new RecordingKernel(weights => record(layer.Site, weights));
        }
        return recorder.taken.Count > 0 ? recorder : throw new InvalidOperationException("the UNet has no attention site of the kind to be recorded");
    }

    public void Dispose()
    {
        foreach (var (layer, previous) in taken) layer.Kernel = previous;
        taken.Clear();
    }
}

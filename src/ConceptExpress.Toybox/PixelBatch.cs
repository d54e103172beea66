using static TorchSharp.torch;

namespace ConceptExpress.Toybox;

/// <summary>Pictures as networks take them.</summary>
static class PixelBatch
{
    /// <summary>(B,3,H,W) of [-1,1], fp32.</summary>
    /// <param name="bytes">B*H*W*3: picture by picture, row by row, R G B.</param>
    /// <param name="count">B.</param>
    /// <param name="height">H, pixels.</param>
    /// <param name="width">W, pixels.</param>
    /// <param name="device">Where the result shall be.</param>
    public static Tensor Of(byte[] bytes, int count, int height, int width, Device device)
    {
        using var scope = NewDisposeScope();
        return (tensor(bytes, [count, height, width, 3]).to(device).permute(0, 3, 1, 2).to(float32).contiguous() / 127.5 - 1).MoveToOuterDisposeScope();
    }
}

using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

// Shapes: B pictures, H x W pixels

/// <summary>Converts pictures to tensors and back. All networks get their pixels through here.</summary>
static class PixelTensor
{
    const int Channels = 3;

    /// <summary>Returns pictures as a uint8 tensor (B,3,H,W) on the CPU.</summary>
    /// <param name="pictures">At least one picture; all must have the same size.</param>
    /// <exception cref="ArgumentException">There is no picture, or sizes differ.</exception>
    public static Tensor Bytes(IReadOnlyList<RgbImage> pictures)
    {
        if (pictures.Count == 0) throw new ArgumentException("there are no pictures; give at least one", nameof(pictures));
        var size = pictures[0].Size;
        var bytes = new byte[pictures.Count * size.Area * Channels];
        for (var i = 0; i < pictures.Count; i++)
        {
            if (pictures[i].Size != size)
                throw new ArgumentException($"a picture is {pictures[i].Size}, but the batch is {size}; use pictures of one size",
                    nameof(pictures));
            pictures[i].Pixels.CopyTo(bytes.AsSpan(i * pictures[i].Pixels.Length));
        }
        return Bytes(bytes, pictures.Count, size);
    }

    /// <summary>Returns raw samples as a uint8 tensor (B,3,H,W) on the CPU.</summary>
    /// <param name="samples">B*H*W*3 bytes: picture by picture, row by row, R G B.</param>
    /// <param name="count">Number of pictures, B.</param>
    /// <param name="size">Size of every picture, in pixels.</param>
    public static Tensor Bytes(byte[] samples, int count, PixelSize size)
    {
        using var scope = NewDisposeScope();
        return tensor(samples, [count, size.Height, size.Width, Channels]).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Returns one picture as a tensor (1,3,H,W) on <paramref name="device"/>, fp32 in [-1,1].</summary>
    public static Tensor From(RgbImage picture, Device device)
    {
        using var bytes = Bytes([picture]);
        return Scaled(bytes, device);
    }

    /// <summary>Returns one picture as a tensor (3,H,W) on the CPU, fp32 in [0,1].</summary>
    public static Tensor Colors(RgbImage picture)
    {
        using var scope = NewDisposeScope();
        return (Bytes([picture])[0].to(float32) / 255f).MoveToOuterDisposeScope();
    }

    /// <summary>Moves bytes (B,3,H,W) to <paramref name="device"/> and scales them to fp32 in [-1,1]: (byte / 255 - 0.5) / 0.5.</summary>
    public static Tensor Scaled(Tensor bytes, Device device)
    {
        using var scope = NewDisposeScope();
        return bytes.to(device).to(float32).div_(255f).sub_(0.5f).div_(0.5f).MoveToOuterDisposeScope();
    }

    /// <summary>Converts (3,H,W) in about [-1,1] to a picture. Values outside of [-1,1] are clamped.</summary>
    public static RgbImage ToImage(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var bytes = ((pixels / 2 + 0.5).clamp(0, 1) * 255).round().to(uint8).cpu().permute(1, 2, 0).contiguous();
        return new RgbImage(new PixelSize { Width = (int)pixels.shape[2], Height = (int)pixels.shape[1] }, [.. bytes.data<byte>()]);
    }
}

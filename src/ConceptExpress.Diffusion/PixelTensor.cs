using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

// Shapes: B pictures, H x W pixels

/// <summary>Pictures as networks take and give them: the one way from bytes to tensors and back.</summary>
public static class PixelTensor
{
    const int Channels = 3;

    /// <summary>(B,3,H,W) bytes, on the CPU.</summary>
    /// <param name="pictures">At least one, all of one size.</param>
    /// <exception cref="ArgumentException">There is none, or sizes differ.</exception>
    public static Tensor Bytes(IReadOnlyList<RgbImage> pictures)
    {
        if (pictures.Count == 0) throw new ArgumentException("there are no pictures", nameof(pictures));
        var size = pictures[0].Size;
        var bytes = new byte[pictures.Count * size.Area * Channels];
        for (var i = 0; i < pictures.Count; i++)
        {
            if (pictures[i].Size != size) throw new ArgumentException($"a picture of {pictures[i].Size} cannot be in a batch of {size}", nameof(pictures));
            pictures[i].Pixels.CopyTo(bytes.AsSpan(i * pictures[i].Pixels.Length));
        }
        return Bytes(bytes, pictures.Count, size);
    }

    /// <summary>(B,3,H,W) bytes, on the CPU, from samples that lie picture by picture, row by row, R G B.</summary>
    public static Tensor Bytes(byte[] samples, int count, PixelSize size)
    {
        using var scope = NewDisposeScope();
        return tensor(samples, [count, size.Height, size.Width, Channels]).permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>(1,3,H,W) fp32 in [-1,1].</summary>
    public static Tensor From(RgbImage picture, Device device)
    {
        using var bytes = Bytes([picture]);
        return Scaled(bytes, device);
    }

    /// <summary>(B,3,H,W) bytes to fp32 in [-1,1]: (byte / 255 - 0.5) / 0.5.</summary>
    public static Tensor Scaled(Tensor bytes, Device device)
    {
        using var scope = NewDisposeScope();
        return bytes.to(device).to(float32).div_(255f).sub_(0.5f).div_(0.5f).MoveToOuterDisposeScope();
    }

    /// <summary>(3,H,W) of about [-1,1] to a picture; what lies outside is cut.</summary>
    public static RgbImage ToImage(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var bytes = ((pixels / 2 + 0.5).clamp(0, 1) * 255).round().to(uint8).cpu().permute(1, 2, 0).contiguous();
        return new RgbImage(new PixelSize { Width = (int)pixels.shape[2], Height = (int)pixels.shape[1] }, [.. bytes.data<byte>()]);
    }
}

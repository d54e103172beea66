using ConceptExpress.Diffusion.Layers;
using ConceptExpress.Encoders.Dino;
using ConceptExpress.Encoders.Preprocessing;
using ConceptExpress.Encoders.Vision;
using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

public class VisionTests
{
    public static TheoryData<string> Resamplings => [.. Enum.GetNames<PositionResampling>()];

    [Fact]
    public void PatchProjection_IsAConvolutionWhoseStrideIsItsKernel()
    {
        using var scope = NewDisposeScope();
        using var layer = TinyEncoder.Filled(new PatchProjection(3, 5, 4, hasBias: true));
        var pixels = (arange(2 * 3 * 13 * 10, dtype: float32) * 0.37).sin().view(2, 3, 13, 10);
        var convolved = nn.functional.conv2d(pixels, layer.get_parameter("weight")!, layer.get_parameter("bias"), strides: [4, 4]);
        Assert.True((layer.call(pixels) - convolved.flatten(2).transpose(1, 2)).abs().max().item<float>() < 1e-5);
    }

    [Theory, MemberData(nameof(Resamplings))]
    public void Resample_KeepsTheClassToken_AndConstants(string resampling)
    {
        using var scope = NewDisposeScope();
        var table = cat([full([1, 1, 2], 5f), full([1, 49, 2], 3f)], 1);
        var resampled = PositionTable.Resample(table, 4, 9, Enum.Parse<PositionResampling>(resampling));
        Assert.Equal([1L, 37, 2], resampled.shape);
        Assert.Equal(5f, resampled[0, 0, 1].item<float>());
        Assert.True((resampled.narrow(1, 1, 36) - 3).abs().max().item<float>() < 1e-5);
    }

    [Theory, MemberData(nameof(Resamplings))]
    public void Resample_ToTheTrainedGrid_ChangesNothing(string resampling)
    {
        using var scope = NewDisposeScope();
        var table = arange(1 * 10 * 2, dtype: float32).view(1, 10, 2);
        Assert.True(table.Equals(PositionTable.Resample(table, 3, 3, Enum.Parse<PositionResampling>(resampling))));
    }

    [Theory] // transformers: (int(width * ratio * 2 / 3) + 7) // 8 * 8
    [InlineData(10, 32)]
    [InlineData(12, 32)]
    [InlineData(16, 48)]
    public void SwiGlu_TakesTwoThirdsOfTheWidth_UpToAMultipleOf8(long width, long inner)
    {
        using var mlp = new SwiGlu(width, 4 * width);
        Assert.Equal([2 * inner, width], mlp.state_dict()["weights_in.weight"].shape);
        Assert.Equal([width, inner], mlp.state_dict()["weights_out.weight"].shape);
    }

    [Fact]
    public void CropRounding_Differs_WhereTheMiddleLiesBetweenPixels()
    {
        // 7 columns to 4: the margin is 1.5. 9 to 4: 2.5.
        static int Left(int width, CropRounding rounding)
        {
            byte[] columns = [.. Enumerable.Range(0, 4 * width).SelectMany(i => new byte[] { (byte)(i % width), 0, 0 })];
            var preprocessing = new ImagePreprocessing(
                ResizeRule.ShortestEdge, 4, 4, rounding, ResizeFilter.Bicubic, [0, 0, 0], [1, 1, 1]);
            return preprocessing.ResizeAndCrop(new RgbImage(new PixelSize { Width = width, Height = 4 }, columns))[0, 0].Red;
        }
        Assert.Equal((1, 2), (Left(7, CropRounding.Down), Left(7, CropRounding.HalfToEven)));
        Assert.Equal((2, 2), (Left(9, CropRounding.Down), Left(9, CropRounding.HalfToEven)));
    }
}

using ConceptExpress.Imaging;
using FsCheck;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests;

/// <summary>From pictures to tensors and back.</summary>
public sealed class PixelTensorTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    static RgbImage Noise(int width, int height, int seed)
    {
        var pixels = new byte[3 * width * height];
        new System.Random(seed).NextBytes(pixels);
        return new RgbImage(new PixelSize { Width = width, Height = height }, pixels);
    }

    [Property(MaxTest = 30)]
    public void APicture_ComesBackFromItsTensorTheSame(PositiveInt width, PositiveInt height, int seed)
    {
        var picture = Noise(width.Get % 30 + 1, height.Get % 30 + 1, seed);
        using var tensor = PixelTensor.From(picture, CPU);
        Assert.Equal([1, 3, picture.Height, picture.Width], tensor.shape);
        var back = PixelTensor.ToImage(tensor[0]);
        Assert.Equal(picture.Size, back.Size);
        Assert.Equal(picture.Pixels.ToArray(), back.Pixels.ToArray());
    }

    [Fact]
    public void EveryByte_HasAPlaceOfItsOwnBetweenMinusOneAndOne()
    {
        var ramp = new RgbImage(new PixelSize { Width = 256, Height = 1 },
            [.. Enumerable.Range(0, 256).SelectMany(value => new[] { (byte)value, (byte)0, (byte)255 })]);
        var tensor = PixelTensor.From(ramp, CPU);
        Assert.Equal(float32, tensor.dtype);
        float[] red = [.. tensor[0, 0, 0].data<float>()];
        Assert.Equal((-1f, 1f), (red[0], red[^1]));
        Assert.All(red.Zip(red.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        Assert.All(tensor[0, 1].data<float>().ToArray(), value => Assert.Equal(-1, value));
        Assert.All(tensor[0, 2].data<float>().ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Pixels_StandWhereThePictureHasThem()
    {
        var picture = Noise(5, 3, 7);
        var bytes = PixelTensor.Bytes([picture]);
        Assert.Equal(ScalarType.Byte, bytes.dtype);
        for (var y = 0; y < 3; y++)
            for (var x = 0; x < 5; x++)
                Assert.Equal(picture[x, y],
                    (bytes[0, 0, y, x].item<byte>(), bytes[0, 1, y, x].item<byte>(), bytes[0, 2, y, x].item<byte>()));
    }

    [Fact]
    public void ABatch_IsItsPicturesInTheirOrder()
    {
        RgbImage[] pictures = [Noise(4, 6, 1), Noise(4, 6, 2), Noise(4, 6, 3)];
        var scaled = PixelTensor.Scaled(PixelTensor.Bytes(pictures), CPU);
        Assert.Equal([3, 3, 6, 4], scaled.shape);
        for (var i = 0; i < pictures.Length; i++) Assert.True(scaled[i].Equals(PixelTensor.From(pictures[i], CPU)[0]));
        var flat = PixelTensor.Bytes([.. pictures.SelectMany(picture => picture.Pixels.ToArray())], 3, pictures[0].Size);
        Assert.True(flat.Equals(PixelTensor.Bytes(pictures)));
    }

    [Fact]
    public void WhatLiesOutside_IsCut()
    {
        var picture = PixelTensor.ToImage(tensor(new float[] { -3, 3, 0 }).view(3, 1, 1));
        Assert.Equal((0, 255, 128), picture[0, 0]);
    }

    [Fact]
    public void PicturesOfSeveralSizes_AndNone_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => PixelTensor.Bytes([Noise(4, 6, 1), Noise(6, 4, 1)])); // as many pixels
        Assert.Throws<ArgumentException>(() => PixelTensor.Bytes([]));
    }
}

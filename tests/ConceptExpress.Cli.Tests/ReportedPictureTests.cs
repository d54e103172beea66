using System.Buffers.Binary;
using System.IO.Hashing;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary>Pictures that people reported to other programs, through the whole program.</summary>
public sealed class ReportedPictureTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    public static TheoryData<string, string> PlainPictures =>
        [.. from picture in new[] { "white", "black", "sky", "noise 1", "noise 2", "dark noise" }
            from preset in new[] { "paper", "express" }
            select (picture, preset)];

    [Theory, MemberData(nameof(PlainPictures))]
    public void APictureOfNothing_HasNoConcept(string picture, string preset)
    {
        var random = new Random(picture[^1]);
        Func<byte> value = picture switch
        {
            "white" => () => 255,
            "black" => () => 0,
            "sky" => () => 190,
            "dark noise" => () => (byte)random.Next(40),
            _ => () => (byte)random.Next(256),
        };
        PngFile.Write(temp["plain.png"], new RgbImage(PixelSize.Square(96), [.. Enumerable.Range(0, 3 * 96 * 96).Select(_ => value())]));
        var outcome = Cli.Run("localize", temp["plain.png"], "--preset", preset, "--threads", "2", "--output", temp["out"]);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        Assert.Contains("no concept was found", outcome.Error);
        Assert.Empty(ConceptFolder.ReadManifest(temp["out"]).Concepts);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3438167534\n", "Git LFS pointer")]
    [InlineData("<!DOCTYPE html>\n<html><body></body></html>\n", "HTML")]
    public void WhatDownloadsLeaveBehind_IsNamed(string text, string named)
    {
        var outcome = Cli.Run("localize", temp.Write("photo.png", text), "--output", temp["out"]);
        Cli.AssertFailed(ExitCodes.Input, outcome);
        Assert.Contains(named, outcome.Failures[0]);
    }

    // A photograph stored lying down with a note to turn it, and a mask drawn by a program that took no notice.
    [Theory, InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void MasksDrawnOnThePictureAsItIsStored_AreRefusedWithTheHint(byte orientation)
    {
        var size = new PixelSize { Width = 128, Height = 64 };
        PngFile.Write(temp["photo.png"], ImageResizer.Resize(ImageReader.Read(Cli.Sample), size, ResizeFilter.Bilinear));
        AddOrientation(temp["photo.png"], orientation);
        Directory.CreateDirectory(temp["masks"]);
        PngFile.Write(temp["masks/mask0.png"], new Mask(size, [.. Enumerable.Range(0, 128 * 64).Select(i => i % 128 < 40)]));
        string[] run = ["extract", temp["photo.png"], "--masks", temp["masks"], "--output", temp["out"], "--preset", "paper",
            "--steps", "1", "--merge-step", "1", "--previews", "0", "--resolution", "64", "--threads", "2"];
        var outcome = Cli.Run(run);
        Cli.AssertFailed(ExitCodes.Input, outcome);
        Assert.Contains("exif ignore", outcome.Failures[0]);
        var stored = Cli.Run([.. run, "--exif", "ignore"]);
        Assert.True(stored.Code == ExitCodes.Done, stored.Error);
        Assert.Equal(size, ImageReader.ReadMask(temp["out/masks/asset0.png"]).Size);
    }

    // An eXIf chunk with one field, after the header of the PNG.
    static void AddOrientation(string path, byte orientation)
    {
        byte[] chunk = [.. "eXIf"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, chunk.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(chunk));
        var png = File.ReadAllBytes(path);
        const int header = 8 + 12 + 13;
        File.WriteAllBytes(path, [.. png[..header], .. length, .. chunk, .. checksum, .. png[header..]]);
    }
}

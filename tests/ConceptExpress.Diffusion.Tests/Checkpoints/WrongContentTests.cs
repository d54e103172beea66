using System.Text;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

public sealed class WrongContentTests : IDisposable
{
    const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3438167534\n";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Pointer, "Git-LFS pointer")]
    [InlineData("<!DOCTYPE html>\n<html><body></body></html>", "web page")]
    [InlineData("\n  <!doctype HTML>", "web page")]
    [InlineData("\uFEFF<HTML lang='en'>", "web page")]
    public void WhatDownloadsLeaveBehind_IsNamed_InWeightsAndInJson(string text, string name)
    {
        var weights = folder.Write("model.safetensors", text);
        var json = folder.Write("config.json", text);
        var refused = new[]
        {
            Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(weights)).Message,
            Assert.Throws<CheckpointException>(() => ConfigCheck.Read<Dictionary<string, int>>(json)).Message,
            Assert.Throws<CheckpointException>(() => CheckpointJson.Read(json)).Message,
        };
        Assert.All(refused, message => Assert.Contains(name, message, StringComparison.Ordinal));
        Assert.All(refused, message => Assert.StartsWith(folder.Path, message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("<")]
    [InlineData("version 2")]
    [InlineData("<htm")]
    public void OtherText_IsNot(string text) => Assert.Null(WrongContent.Of(Encoding.UTF8.GetBytes(text)));
}

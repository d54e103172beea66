using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Models;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Models;

public sealed class HubFolderTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    string Cache(string? main, params string[] snapshots)
    {
        Directory.CreateDirectory(temp["models--someone--toy/snapshots"]);
        foreach (var snapshot in snapshots) Directory.CreateDirectory(temp[$"models--someone--toy/snapshots/{snapshot}"]);
        if (main is null) return temp["models--someone--toy"];
        Directory.CreateDirectory(temp["models--someone--toy/refs"]);
        File.WriteAllText(temp["models--someone--toy/refs/main"], main);
        return temp["models--someone--toy"];
    }

    [Theory]
    [InlineData("abc123")]
    [InlineData("abc123\n")]
    public void ARootOfTheCache_IsItsCurrentSnapshot(string main) =>
        Assert.Equal(temp["models--someone--toy/snapshots/abc123"], HubFolder.Resolve(Cache(main, "abc123", "def456")));

    [Theory]
    [InlineData(null)]
    [InlineData("gone")]
    [InlineData("../../..")]
    public void TheOnlySnapshot_IsTaken(string? main) =>
        Assert.Equal(temp["models--someone--toy/snapshots/abc123"], HubFolder.Resolve(Cache(main, "abc123")));

    [Fact]
    public void OtherFolders_AreTheirOwn() => Assert.Equal(temp.Path, HubFolder.Resolve(temp.Path));

    [Theory]
    [InlineData("without a snapshot")]
    [InlineData("2 snapshots", "a1", "b2")]
    public void WhatCannotBeTold_IsRefused(string fault, params string[] snapshots) =>
        Assert.Contains(fault, Assert.Throws<CheckpointException>(() => HubFolder.Resolve(Cache(null, snapshots))).Message,
            StringComparison.Ordinal);
}

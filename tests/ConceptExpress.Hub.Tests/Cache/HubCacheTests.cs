using System.Text;
using ConceptExpress.Hub.Cache;
using ConceptExpress.Testing;

namespace ConceptExpress.Hub.Tests.Cache;

public sealed class HubCacheTests : IDisposable
{
    static readonly HubId Id = HubId.Parse("someone/toy");
    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    HubCache Cache => new(temp.Path);

    /// <summary>Makes a snapshot as Hugging Face's programs do.</summary>
    string Snapshot(HubId id, string commit, params (string Path, string Blob, string Content)[] files)
    {
        var folder = temp[$"models--{id.Owner}--{id.Name}"];
        foreach (var (path, blob, content) in files)
        {
            var (file, target) = (Path.Combine(folder, "snapshots", commit, path), Path.Combine(folder, "blobs", blob));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, content);
            File.CreateSymbolicLink(file, Path.GetRelativePath(Path.GetDirectoryName(file)!, target));
        }
        return Path.Combine(folder, "snapshots", commit);
    }

    void Reference(HubId id, string revision, string commit)
    {
        var file = temp[$"models--{id.Owner}--{id.Name}/refs/{revision}"];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, commit);
    }

    static void Age(CachedModel model, int days)
    {
        foreach (var file in model.Files)
        {
            File.SetLastWriteTimeUtc(file.Blob!, DateTime.UtcNow.AddDays(-days));
            File.SetLastAccessTimeUtc(file.Blob!, DateTime.UtcNow.AddDays(-days));
        }
    }

    [Fact]
    public void ARevision_IsFoundByItsReference_ByItsCommit_AndNotOtherwise()
    {
        var folder = Snapshot(Id, "abc123", ("model_index.json", "b1", "{}"));
        Reference(Id, "main", "abc123\n");
        Reference(Id, "refs/pr/7", "abc123");
        Assert.Equal(folder, Cache.Find(Id));
        Assert.Equal(folder, Cache.Find(Id with { Revision = "refs/pr/7" }));
        Assert.Equal(folder, Cache.Find(Id with { Revision = "abc123" }));
        Assert.Null(Cache.Find(Id with { Revision = "fp16" }));
        Assert.Null(Cache.Find(HubId.Parse("someone/other")));
    }

    [Theory]
    [InlineData("../../../etc")]
    [InlineData("")]
    [InlineData("gone")]
    [InlineData("a/b")]
    public void AReferenceThatLeadsNowhere_FindsNothing(string commit)
    {
        Snapshot(Id, "abc123", ("model_index.json", "b1", "{}"));
        Reference(Id, "main", commit);
        Assert.Null(Cache.Find(Id));
    }

    [Fact]
    public void WhatIsMissing_IsSaid_WithWhatIsThere()
    {
        Assert.Contains("not on this machine", Assert.Throws<NotDownloadedException>(() => Cache.Require(Id)).Message);
        Snapshot(Id, "abc123", ("model_index.json", "b1", "{}"));
        Reference(Id, "fp16", "abc123");
        var missing = Assert.Throws<NotDownloadedException>(() => Cache.Require(Id));
        Assert.Contains("only at fp16", missing.Message, StringComparison.Ordinal);
        Assert.Equal("someone/toy", missing.Download);
    }

    [Fact]
    public void AScan_TellsFilesAndSizes_AndPassesOverOtherFolders()
    {
        Snapshot(Id, "c1", ("model_index.json", "b1", "{}"), ("unet/config.json", "b2", "four"));
        Reference(Id, "main", "c1");
        Directory.CreateDirectory(temp["datasets--a--b/snapshots/x"]);
        Directory.CreateDirectory(temp["models--legacy/snapshots/x"]);
        Directory.CreateDirectory(temp["models--a--b--c/snapshots/x"]);
        Directory.CreateDirectory(temp[".locks"]);
        var model = Assert.Single(Cache.Scan());
        Assert.Equal((Id, "c1", 6L, true), (model.Id, model.Commit, model.Bytes, model.IsCheckpoint));
        Assert.Equal(["main"], model.Revisions);
        Assert.Equal(["model_index.json", "unet/config.json"], model.Files.Select(file => file.Path));
    }

    [Fact]
    public void OtherModels_AreNoCheckpoints()
    {
        Snapshot(Id, "c1", ("config.json", "b1", "{}"), ("model.safetensors", "b2", "w"));
        Snapshot(HubId.Parse("someone/single"), "c1", ("v1.safetensors", "b1", "w"));
        Assert.Equal([("single", true), ("toy", false)], Cache.Scan().Select(model => (model.Id.Name, model.IsCheckpoint)));
    }

    [Fact]
    public void ALinkThatLeadsNowhere_IsTold()
    {
        var folder = Snapshot(Id, "c1", ("model_index.json", "b1", "{}"));
        File.Delete(temp["models--someone--toy/blobs/b1"]);
        Assert.False(Assert.Single(Cache.Scan(Id)).Files.Single().Exists);
        Assert.Equal(Id with { Revision = "c1" }, Cache.IdOf(Path.Combine(folder, "model_index.json")));
        Assert.Null(Cache.IdOf(temp.Path));
        Assert.Null(Cache.IdOf(Path.GetTempPath()));
    }

    [Fact]
    public void RemovingASnapshot_KeepsWhatAnotherOneHas()
    {
        Snapshot(Id, "c1", ("model_index.json", "shared", "{}"), ("a.txt", "only1", "first"));
        Snapshot(Id, "c2", ("model_index.json", "shared", "{}"), ("a.txt", "only2", "second"));
        Reference(Id, "old", "c1");
        Reference(Id, "main", "c2");
        var cleaning = new CacheCleaning(Cache);
        Assert.Equal(5, cleaning.Remove(Cache.Scan(Id)[0]));
        var left = Assert.Single(Cache.Scan(Id));
        Assert.All(left.Files, file => Assert.True(file.Exists));
        Assert.False(File.Exists(temp["models--someone--toy/refs/old"]));
        Assert.False(File.Exists(temp["models--someone--toy/blobs/only1"]));
        Assert.Equal(8, cleaning.Remove(left) - "c2".Length); // with the reference
        Assert.False(Directory.Exists(temp["models--someone--toy"]));
    }

    [Fact]
    public void ALinkOutOfTheRepository_IsNotFollowedWhenItIsRemoved()
    {
        temp.Write("precious.txt", "keep");
        Snapshot(Id, "c1", ("model_index.json", "b1", "{}"));
        File.CreateSymbolicLink(temp["models--someone--toy/snapshots/c1/x"], temp["precious.txt"]);
        Snapshot(Id, "c2", ("model_index.json", "b1", "{}"));
        new CacheCleaning(Cache).Remove(Cache.Scan(Id)[0]);
        new CacheCleaning(Cache).Remove(Cache.Scan(Id)[0]);
        Assert.Equal("keep", File.ReadAllText(temp["precious.txt"]));
    }

    [Fact]
    public void CleaningToASize_TakesTheLeastRecentlyUsedCheckpoints_AndNoOtherModels()
    {
        foreach (var (name, days) in new[] { ("old", 30), ("new", 1), ("middle", 10) })
        {
            Snapshot(HubId.Parse($"o/{name}"), "c", ("model_index.json", "b", new string('x', 100)));
            Age(Cache.Scan(HubId.Parse($"o/{name}")).Single(), days);
        }
        Snapshot(HubId.Parse("o/language"), "c", ("config.json", "b", new string('x', 1000)));
        Age(Cache.Scan(HubId.Parse("o/language")).Single(), 100);
        var cleaning = new CacheCleaning(Cache);
        Assert.Equal(["old"], cleaning.ToSize(200).Select(model => model.Id.Name));
        Assert.Equal(["old", "middle", "new"], cleaning.ToSize(0).Select(model => model.Id.Name));
        Assert.Empty(cleaning.ToSize(300));
        HubCache.Touch(Cache.SnapshotOf(HubId.Parse("o/old"), "c"));
        Assert.Equal(["middle"], cleaning.ToSize(200).Select(model => model.Id.Name));
    }

    [Theory]
    [InlineData("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "")]
    [InlineData("ce013625030ba8dba906f756967f9e9ca394464a", "hello\n")]
    [InlineData("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "hello")]
    public void Blobs_AreNamedByGitsHash_OrBySha256(string name, string content)
    {
        var file = temp.Write("blob", Encoding.ASCII.GetBytes(content));
        Assert.True(ContentHash.IsName(name));
        Assert.Equal(name, ContentHash.Of(file, name, null, CancellationToken.None));
    }
}

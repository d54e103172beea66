using System.Collections.Concurrent;
using ConceptExpress.Hub.Cache;
using ConceptExpress.Hub.Downloads;

namespace ConceptExpress.Hub.Tests.Downloads;

public sealed class TwoDownloadsTests : IDisposable
{
    readonly DownloadFixture hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task TwoPullsAtOnce_DownloadEveryContentOnce()
    {
        var bothStarted = new Barrier(2);
        hub.Server.MisbehaveOnList = context =>
        {
            bothStarted.SignalAndWait(TimeSpan.FromSeconds(30));
            return Task.FromResult(false);
        };
        var events = new ConcurrentBag<DownloadEvent>();
        var pulls = await Task.WhenAll(Enumerable.Range(0, 2)
            .Select(_ => Task.Run(() => new ModelDownload(hub.Settings, events.Add).Pull(hub.Id, null, null, CancellationToken.None))));
        Assert.All(pulls, model => hub.AssertWhole(model.Path, DownloadFixture.PlainFiles));
        Assert.Equal(3, hub.Server.Requests.Count(request => request.ToStore)); // text encoder, UNet and autoencoder
        Assert.Empty(Directory.GetFiles(Path.Combine(hub.Cache.FolderOf(hub.Id), "blobs"), "*.incomplete"));
    }

    [Fact]
    public async Task APull_WaitsForAnotherProgram_AndIsToldSo()
    {
        var unet = hub.Server.Files[DownloadFixture.Unet];
        var other = await BlobLock.Take(hub.Cache.LockOf(hub.Id, unet.Hash), () => { }, CancellationToken.None);
        var waiting = new TaskCompletionSource();
        var pull = Task.Run(() => new ModelDownload(hub.Settings, each =>
        {
            if (each is DownloadNote { Text: var text } && text.Contains("waiting", StringComparison.Ordinal)) waiting.TrySetResult();
        }).Pull(hub.Id, null, null, CancellationToken.None));
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(BlobLock.IsHeld(hub.Cache.LockOf(hub.Id, unet.Hash)));
        other.Dispose();
        hub.AssertWhole((await pull).Path, DownloadFixture.PlainFiles);
    }

    [Fact]
    public async Task WaitingEnds_WhenItIsCancelled()
    {
        var unet = hub.Server.Files[DownloadFixture.Unet];
        using var other = await BlobLock.Take(hub.Cache.LockOf(hub.Id, unet.Hash), () => { }, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BlobLock.Take(hub.Cache.LockOf(hub.Id, unet.Hash), stop.Cancel,
            stop.Token));
    }

    [Fact]
    public async Task WhatIsBeingDownloaded_IsNotRemoved()
    {
        await hub.Pull();
        var path = hub.Cache.LockOf(hub.Id, hub.Server.Files[DownloadFixture.Unet].Hash);
        using (await BlobLock.Take(path, () => { }, CancellationToken.None))
            Assert.Throws<HubStorageException>(() => new CacheCleaning(hub.Cache).RemoveAll(hub.Id));
        Assert.NotNull(hub.Cache.Find(hub.Id));
        Assert.True(new CacheCleaning(hub.Cache).RemoveAll(hub.Id) > 3 * DownloadFixture.WeightBytes);
        Assert.Null(hub.Cache.Find(hub.Id));
    }
}

using System.Net;
using System.Net.Sockets;
using ConceptExpress.Hub.Tests.Downloads;
using ConceptExpress.Testing.Hub;
using Microsoft.AspNetCore.Http;

namespace ConceptExpress.Hub.Tests.Client;

public sealed class HubClientTests : IDisposable
{
    readonly DownloadFixture hub = new();

    public void Dispose() => hub.Dispose();

    [Fact]
    public async Task TooManyRequests_AreTriedAgain_WhenTheHubSays()
    {
        var refusals = 0;
        hub.Server.MisbehaveOnList = context =>
            Task.FromResult(refusals++ < 2 && LocalHub.Refuse(context, 429, ("Retry-After", "7")));
        await hub.Pull();
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7)], hub.Clock.Waits);
    }

    [Fact]
    public async Task AWaitThatIsTooLong_IsNotWaitedFor()
    {
        hub.Server.MisbehaveOnList = context => Task.FromResult(LocalHub.Refuse(context, 429, ("Retry-After", "86400")));
        Assert.Contains("429", await hub.Refusal(), StringComparison.Ordinal);
        Assert.Empty(hub.Clock.Waits);
        Assert.Single(hub.Server.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task AHubThatIsDown_IsTriedAgain_AndThenGivenUp(int status)
    {
        var refusals = 0;
        hub.Server.Misbehave = (context, _) => Task.FromResult(refusals++ < 3 && LocalHub.Refuse(context, status));
        await hub.Pull();
        hub.Server.MisbehaveOnList = context => Task.FromResult(LocalHub.Refuse(context, status));
        hub.Server.Requests.Clear();
        Assert.Contains(status.ToString(), await hub.Refusal(), StringComparison.Ordinal);
        Assert.Equal(hub.Settings.Attempts, hub.Server.Requests.Count);
    }

    [Fact]
    public async Task WaitsGrow()
    {
        hub.Server.MisbehaveOnList = context => Task.FromResult(LocalHub.Refuse(context, 503));
        await hub.Refusal();
        Assert.Equal(hub.Settings.Attempts - 1, hub.Clock.Waits.Count);
        Assert.True(hub.Clock.Waits[^1] > 2 * hub.Clock.Waits[0]);
        Assert.All(hub.Clock.Waits, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task TheToken_GoesToTheHub_AndToNoOtherHost()
    {
        hub.Settings = hub.Settings with { Token = "hf_secret" };
        await hub.Pull();
        Assert.Contains(hub.Server.Requests, request => request.ToStore);
        Assert.All(hub.Server.Requests, request => Assert.Equal(request.ToStore ? "" : "Bearer hf_secret", request.Authorization));
    }

    [Fact]
    public async Task RedirectsInACircle_EndInOneSentence()
    {
        hub.Server.MisbehaveOnList = context =>
            Task.FromResult(LocalHub.Refuse(context, 302, ("Location", context.Request.Path + context.Request.QueryString)));
        await hub.Refusal();
        Assert.True(hub.Server.Requests.Count < 20);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/x")]
    public async Task RedirectsToOtherKindsOfAddresses_AreRefused(string target)
    {
        hub.Server.MisbehaveOnList = context => Task.FromResult(LocalHub.Refuse(context, 302, ("Location", target)));
        Assert.Contains("not safe", await hub.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "GatedRepo", "gated")]
    [InlineData(403, "GatedRepo", "gated")]
    [InlineData(403, null, "gated")]
    [InlineData(401, null, "HF_TOKEN")]
    [InlineData(404, "RevisionNotFound", "has no revision main")]
    [InlineData(404, null, "does not exist")]
    [InlineData(418, null, "418")]
    public async Task Refusals_SayWhatToDo_AndAreNotRepeated(int status, string? code, string words)
    {
        hub.Server.MisbehaveOnList = context => Task.FromResult(
            LocalHub.Refuse(context, status, code is null ? [] : [("X-Error-Code", code)]));
        var message = await hub.Refusal();
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.Contains(LocalHub.Repository, message, StringComparison.Ordinal);
        Assert.Single(hub.Server.Requests);
    }

    [Fact]
    public async Task AnAddressOfAStoreThatHasExpired_IsAskedForAnew()
    {
        var refusals = 0;
        hub.Server.Misbehave = (context, file) => Task.FromResult(file.IsLarge && refusals++ == 0 && LocalHub.Refuse(context, 403));
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
    }

    [Fact]
    public async Task AHubThatIsSilent_IsTriedAgain()
    {
        hub.Settings = hub.Settings with { Silence = TimeSpan.FromMilliseconds(300) };
        var silences = 0;
        hub.Server.Misbehave = async (context, file) =>
        {
            if (file.Path != DownloadFixture.Unet || silences++ > 1) return false;
            if (silences == 2) await LocalHub.Send(context, file, 5000); // once before the headers, once in the middle
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
            return true;
        };
        hub.AssertWhole((await hub.Pull()).Path, DownloadFixture.PlainFiles);
        Assert.True(silences > 2);
    }

    [Fact]
    public async Task AHubThatIsNotThere_IsSaidInOneSentence()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        hub.Settings = hub.Settings with { Endpoint = new Uri($"http://127.0.0.1:{port}") };
        Assert.Contains("network", await hub.Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"sha":"main","siblings":[]}""")]
    [InlineData("""{"sha":"0123456789abcdef0123456789abcdef01234567"}""")]
    [InlineData("""{"sha":"../../../../../../../../../../../../etc/x","siblings":[]}""")]
    [InlineData("""{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[],"x":"\ud800"}""")]
    public async Task ListsThatAreNone_AreRefused(string text)
    {
        hub.Server.MisbehaveOnList = async context =>
        {
            await context.Response.WriteAsync(text);
            return true;
        };
        await hub.Refusal();
        Assert.Empty(hub.Cache.Scan());
    }

    [Fact]
    public async Task AListWithoutEnd_IsRefused()
    {
        hub.Server.MisbehaveOnList = async context =>
        {
            var blank = new byte[1 << 20];
            Array.Fill(blank, (byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
                try
                {
                    await context.Response.Body.WriteAsync(blank);
                }
                catch (Exception e) when (e is IOException or OperationCanceledException)
                {
                    break;
                }
            return true;
        };
        Assert.Contains("too long", await hub.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARevision_IsPartOfTheAddress()
    {
        await hub.Pull(id: hub.Id with { Revision = "refs/pr/1" });
        Assert.Contains(hub.Server.Requests, request => request.Path.EndsWith("/revision/refs/pr/1", StringComparison.Ordinal));
        Assert.Null(hub.Cache.Find(hub.Id));
        Assert.NotNull(hub.Cache.Find(hub.Id with { Revision = "refs/pr/1" }));
        Assert.NotNull(hub.Cache.Find(hub.Id with { Revision = LocalHub.Commit }));
    }
}

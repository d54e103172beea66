using System.Diagnostics;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Hub;

namespace ConceptExpress.Cli.Tests.Models;

/// <summary><c>models pull</c> as processes of their own.</summary>
public sealed class ModelsProcessTests : IDisposable
{
    readonly LocalHubFixture local = new();

    public ModelsProcessTests() => local.Hub.AddFolder(TestFolders.Toybox);

    public void Dispose() => local.Dispose();

    [Fact]
    public async Task TwoPullsAtOnce_DoNotHarmEachOther_AndDownloadEveryContentOnce()
    {
        var arrived = 0;
        var both = new TaskCompletionSource();
        local.Hub.MisbehaveOnList = async _ =>
        {
            if (Interlocked.Increment(ref arrived) == 2) both.TrySetResult();
            await both.Task;
            return false;
        };
        await Task.WhenAll(Pull(), Pull());
        Assert.Equal(3, local.Hub.Requests.Count(request => request.ToStore)); // text encoder, UNet, autoencoder
        var verified = Cli.Run("models", "verify", LocalHub.Repository);
        Assert.True(verified.Code == ExitCodes.Done, verified.Error);
    }

    [Fact]
    public async Task AKilledPull_IsContinued()
    {
        var isThere = new TaskCompletionSource();
        local.Hub.Misbehave = async (context, file) =>
        {
            if (!file.Path.StartsWith("unet/diff", StringComparison.Ordinal)) return false;
            await LocalHub.Send(context, file, 100_000);
            await context.Response.Body.FlushAsync();
            isThere.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
            return true;
        };
        var part = local[$"huggingface/hub/models--someone--small-sd/blobs/"
            + $"{local.Hub.Files["unet/diffusion_pytorch_model.safetensors"].Hash}.incomplete"];
        using (var process = Start())
        {
            await isThere.Task.WaitAsync(TimeSpan.FromMinutes(2));
            while (!File.Exists(part) || new FileInfo(part).Length < 100_000) await Task.Delay(10);
            process.Kill();
            await process.WaitForExitAsync();
        }
        local.Hub.Misbehave = (_, _) => Task.FromResult(false);
        await Pull();
        Assert.Contains(local.Hub.Requests, request => request.Range == "bytes=100000-");
        Assert.Equal(ExitCodes.Done, Cli.Run("models", "verify", LocalHub.Repository).Code);
    }

    [Fact]
    public async Task AProxy_IsAsked_AndNoProxyIsRespected()
    {
        // The hub answers for any host, as a proxy would.
        local.Set("HF_ENDPOINT", "http://hub.invalid");
        local.Set("HTTP_PROXY", local.Hub.Endpoint);
        local.Hub.Redirects = false;
        await Pull();
        Assert.NotEmpty(local.Hub.Requests);

        local.Set("HF_ENDPOINT", local.Hub.Endpoint);
        local.Set("HTTP_PROXY", "http://127.0.0.1:1"); // nobody is there
        local.Set("NO_PROXY", "127.0.0.1");
        await Pull();
    }

    static async Task Pull()
    {
        using var process = Start();
        var (errors, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        await output;
        Assert.True(process.ExitCode == ExitCodes.Done, await errors);
    }

    static Process Start()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var arg in (string[])[Path.Combine(AppContext.BaseDirectory, "conceptexpress.dll"), "models", "pull",
            LocalHub.Repository])
            start.ArgumentList.Add(arg);
        return Process.Start(start)!;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary><c>--telemetry</c>, with a receiver on this machine.</summary>
public sealed class TelemetryTests : IDisposable
{
    // The program in its own folder: the tests' folder lacks files that ASP.NET Core brings to the tests, and nobody to the program.
    static readonly string Program = Path.Combine(AppContext.BaseDirectory, "..", "..", "ConceptExpress.Cli",
        new DirectoryInfo(AppContext.BaseDirectory).Name, "conceptexpress.dll");

    readonly TemporaryFolder temp = new();

    [Fact]
    public async Task WithTheSwitch_TracesAndMetricsArrive_WithoutPathsAndNames()
    {
        using var receiver = new Receiver();
        var (code, errors) = await Localize(receiver.Address, "--telemetry");
        Assert.True(code == ExitCodes.Done, errors);
        Assert.Equal(["/v1/metrics", "/v1/traces"], receiver.Requests.Keys.Order(StringComparer.Ordinal));
        var (traces, metrics) = (receiver.Requests["/v1/traces"], receiver.Requests["/v1/metrics"]);
        foreach (var text in new[] { "localize", "load", "locate", "conceptexpress.concepts", "service.name" })
            Assert.Contains(text, traces, StringComparison.Ordinal);
        foreach (var text in new[] { "conceptexpress.job.duration", "conceptexpress.step.duration", "conceptexpress.model.load.duration" })
            Assert.Contains(text, metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("toybox-01", traces + metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(temp.Path, traces + metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheSwitch_NothingIsSent_WhateverTheVariables()
    {
        using var receiver = new Receiver();
        var (code, errors) = await Localize(receiver.Address);
        Assert.True(code == ExitCodes.Done, errors);
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task WhereNobodyListens_TheCommandSucceeds_AndWarns(string protocol)
    {
        var (code, errors) = await Run(
            new()
            {
                ["HF_HOME"] = temp.Path,
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = FreeAddress(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            },
            "models", "list", "--telemetry");
        Assert.True(code == ExitCodes.Done, errors);
        Assert.Single(errors.Split('\n'), line => line.StartsWith("warning: not all telemetry could be sent (", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal); // no stack of calls
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier pigeon")]
    public async Task VariablesThatCannotBeUsed_AreNamed(string variable, string value)
    {
        var (code, errors) = await Run(new() { [variable] = value }, "models", "list", "--telemetry");
        Assert.Equal(ExitCodes.Usage, code);
        Assert.StartsWith($"error: {variable} takes ", errors, StringComparison.Ordinal);
        Assert.Contains($"not '{value}'", errors, StringComparison.Ordinal);
    }

    Task<(int Code, string Errors)> Localize(string address, params string[] more) => Run(
        new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" },
        ["localize", Cli.Sample, "--output", temp["out"], "--resolution", "64", "--threads", "1", .. more]);

    static async Task<(int Code, string Errors)> Run(Dictionary<string, string> variables, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var arg in args.Prepend(Program)) start.ArgumentList.Add(arg);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, errors);
    }

    static string FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    public void Dispose() => temp.Dispose();

    /// <summary>Accepts everything, and keeps it by path. Texts in protocol buffers are readable as they are.</summary>
    sealed class Receiver : IDisposable
    {
        readonly HttpListener listener = new();

        public Receiver()
        {
            listener.Prefixes.Add($"{Address}/");
            listener.Start();
            _ = Serve();
        }

        public string Address { get; } = FreeAddress();

        public ConcurrentDictionary<string, string> Requests { get; } = new();

        async Task Serve()
        {
            try
            {
                while (true)
                {
                    var context = await listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    Requests.AddOrUpdate(context.Request.Url!.AbsolutePath, Encoding.Latin1.GetString(body.ToArray()),
                        (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
                    context.Response.ContentType = "application/x-protobuf";
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }
        }

        public void Dispose() => listener.Close();
    }
}

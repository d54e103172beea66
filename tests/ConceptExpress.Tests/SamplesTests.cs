using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Tests;

/// <summary>The samples in samples/csharp, as programs. FirstSteps takes minutes: build/check-packages.sh runs it.</summary>
public sealed partial class SamplesTests : IDisposable
{
    static readonly string Picture = Path.Combine(TestFolders.Repository, "samples", "toybox-01.png");

    readonly TemporaryFolder temp = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SeveralPictures_WritesAFolderForEach_AndPassesOverABadOne()
    {
        Directory.CreateDirectory(temp["in"]);
        File.Copy(Picture, temp["in/first.png"]);
        File.WriteAllText(temp["in/second.png"], "no picture");
        using var sample = Start("SeveralPictures", temp["in"], temp["out"], "2");
        var (output, errors) = (sample.StandardOutput.ReadToEndAsync(Stop), sample.StandardError.ReadToEndAsync(Stop));
        await sample.WaitForExitAsync(Stop);
        Assert.NotEmpty(ConceptFolder.Open(temp["out/first"]).Words);
        Assert.Contains("first: <first-asset0>, ", await output, StringComparison.Ordinal);
        Assert.StartsWith("second: ", await errors, StringComparison.Ordinal);
        Assert.Single((await errors).Trim().Split('\n'));
        Assert.Equal(1, sample.ExitCode);
    }

    [Fact]
    public async Task TheWebService_ExtractsDrawsAndRefusesInOneSentence()
    {
        using var sample = Start("WebService", "--urls", "http://127.0.0.1:0");
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(await AddressOf(sample)) };
            using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Picture, Stop));
            using var created = await client.PostAsync("/pictures?passes=2", body, Stop);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            var result = (await created.Content.ReadFromJsonAsync<JsonObject>(Stop))!;
            Assert.Equal("<picture-asset0>", (string?)result["concepts"]![0]!["word"]);

            var prompt = Uri.EscapeDataString("a photo of <asset0> on grass");
            var drawing = await client.GetByteArrayAsync($"{created.Headers.Location}/drawing?prompt={prompt}", Stop);
            Assert.Equal(96, ImageReader.Decode(drawing, "the drawing").Width);

            using var nonsense = new StringContent("no picture");
            using var refused = await client.PostAsync("/pictures", nonsense, Stop);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("the request's body", await refused.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
        finally
        {
            sample.Kill(entireProcessTree: true);
        }
    }

    static Process Start(string sample, params string[] arguments)
    {
        // Samples are built with this project, into folders beside its own.
        var program = Path.Combine(AppContext.BaseDirectory.Replace("ConceptExpress.Tests", sample, StringComparison.Ordinal),
            $"{sample}.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    static async Task<string> AddressOf(Process service)
    {
        while (await service.StandardOutput.ReadLineAsync(Stop) is { } line)
            if (Listening().Match(line) is { Success: true } match) return match.Groups[1].Value;
        throw new InvalidOperationException(await service.StandardError.ReadToEndAsync(Stop));
    }

    public void Dispose() => temp.Dispose();

    [GeneratedRegex(@"Now listening on: (\S+)")]
    private static partial Regex Listening();
}

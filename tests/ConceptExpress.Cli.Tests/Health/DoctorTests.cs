using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConceptExpress.Cli.Tests.Models;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Hub;

namespace ConceptExpress.Cli.Tests.Health;

/// <summary><c>doctor</c> on machines where something is wrong.</summary>
public sealed class DoctorTests : IDisposable
{
    readonly LocalHubFixture local = new();
    readonly TemporaryFolder temp = new();

    public void Dispose()
    {
        local.Dispose();
        temp.Dispose();
    }

    [Fact]
    public void WhereAllIsWell_ItEndsWith0_AndItsJsonHasEverything()
    {
        var outcome = Cli.Run("doctor", "--output", temp["out"], "--skip-self-test", "--json");
        Assert.True(outcome.Code == ExitCodes.Done, outcome.Output);
        var report = JsonNode.Parse(outcome.Output)!;
        Assert.Equal("2.10.0", (string?)report["versions"]!["libTorch"]);
        Assert.All(report["findings"]!.AsArray(), finding => Assert.NotEqual("problem", (string?)finding!["severity"]));
        Assert.Null(report["selfTest"]);
    }

    [Fact]
    public void ABrokenCache_IsNamed_AndEndsWith4()
    {
        local.Hub.AddFolder(TestFolders.Toybox);
        Assert.Equal(ExitCodes.Done, Cli.Run("models", "pull", LocalHub.Repository).Code);
        var blobs = new DirectoryInfo(local["huggingface/hub/models--someone--small-sd/blobs"]).GetFiles().OrderBy(blob => blob.Length)
            .ToList();
        blobs[^1].Delete(); // the weights of the UNet
        File.AppendAllText(blobs[0].FullName, "x"); // a configuration
        File.WriteAllText(Path.Combine(blobs[0].DirectoryName!, "0123.incomplete"), "half");
        var outcome = Cli.Run("doctor", "--skip-self-test");
        Assert.True(outcome.Code == ExitCodes.Model, outcome.Output);
        Assert.Matches($@"problem  \S+safetensors of {LocalHub.Repository} leads to a file that is gone\.\n +Pull the checkpoint again",
            outcome.Output);
        Assert.Contains("does not have the content that its name says", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"warning  a download of {LocalHub.Repository} is not finished (4 B in ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("2 problems, 1 warning.", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenTableOfNames_IsNamed()
    {
        local.WriteNames("{ \"mine\": { \"path\": \"" + temp["gone"].Replace("\\", "\\\\") + "\" } }");
        var outcome = Cli.Run("doctor", "--skip-self-test");
        Assert.True(outcome.Code == ExitCodes.Model, outcome.Output);
        Assert.Contains("problem  the short name mine stands for", outcome.Output, StringComparison.Ordinal);
        local.WriteNames("{ not a table");
        Assert.Contains("is not a table of checkpoints", Cli.Run("doctor", "--skip-self-test").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ACheckpointThatIsMissing_IsNamed()
    {
        var outcome = Cli.Run("doctor", "--skip-self-test", "--model", "someone/absent");
        Assert.True(outcome.Code == ExitCodes.Model, outcome.Output);
        Assert.Contains("problem  someone/absent is not on this machine", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"libgomp[^/]*\.so\.1", "torch_cpu cannot be loaded, because it needs libgomp")]
    [InlineData(@"libc10\.so", "c10 is missing")]
    [InlineData(@"libLibTorchSharp\.so", "LibTorchSharp is missing")]
    public async Task WhereANeedOfLibTorchIsMissing_ItRuns_NamesIt_AndEndsWith5(string missing, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names of libraries are those of Linux");
        var (code, output, error) = await Run(CopyWithout(new Regex($"^{missing}$")), "doctor");
        Assert.True(code == ExitCodes.Resources, output + error);
        Assert.Contains($"problem  {expected}", output, StringComparison.Ordinal);
        Assert.Contains("libtorch not loaded", output, StringComparison.Ordinal);
        Assert.DoesNotContain("self-test", output, StringComparison.Ordinal);
    }

    /// <summary>Makes a folder of links to the program's files but one, which is also no longer listed as a part of the program.</summary>
    string CopyWithout(Regex missing)
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories)
            .Where(file => !missing.IsMatch(Path.GetFileName(file))))
        {
            var copy = temp[Path.Combine("program", Path.GetRelativePath(AppContext.BaseDirectory, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (file.EndsWith(".deps.json", StringComparison.Ordinal))
                File.WriteAllText(copy, WithoutListed(File.ReadAllText(file), missing));
            // The loader looks for the needs of a library beside its link, but .NET's host beside what a link leads to.
            else if (file.Contains(".so", StringComparison.Ordinal)) File.CreateSymbolicLink(copy, file);
            else File.Copy(file, copy);
        }
        return temp["program"];
    }

    static string WithoutListed(string dependencies, Regex missing)
    {
        var json = JsonNode.Parse(dependencies)!;
        foreach (var (_, target) in json["targets"]!.AsObject())
            foreach (var (_, library) in target!.AsObject())
                foreach (var kind in new[] { "native", "runtimeTargets" })
                    if (library![kind] is JsonObject files)
                        foreach (var file in files.Select(file => file.Key).Where(file => missing.IsMatch(Path.GetFileName(file))).ToList())
                            files.Remove(file);
        return json.ToJsonString();
    }

    static async Task<(int Code, string Output, string Error)> Run(string program, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var arg in args.Prepend(Path.Combine(program, "conceptexpress.dll"))) start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}

using System.Diagnostics;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.States;
using ConceptExpress.Testing;

namespace ConceptExpress.Cli.Tests;

/// <summary><c>extract</c> as a process that is killed: the short form of docs/results/kill-resume.md.</summary>
public sealed class ExtractionKillTests : IDisposable
{
    static readonly string[] DifferFromRunToRun =
        [ResultNames.Run, ResultNames.Metrics, ResultNames.Chart, ResultNames.Events, ResultNames.Report];

    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData("paper", 2)]
    [InlineData("express", 1)]
    public async Task KilledWithoutWarning_AndResumed_EndsWithTheSameBytes(string preset, int kills)
    {
        await Extract("whole", preset, kill: null);
        var random = new Random(preset.Length);
        for (var i = 0; i < kills; i++)
        {
            // From the first state on, wherever the clock finds it.
            await Extract("broken", preset, TimeSpan.FromSeconds(0.1 + 0.9 * random.NextDouble()), i == 0 ? [] : ["--resume"]);
            Assert.True(new StateFolder(temp["broken"]).Exists, $"kill {i} came after the end");
        }
        await Extract("broken", preset, kill: null, "--resume");
        string[] Files(string folder) =>
            [.. Directory.GetFiles(temp[folder], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(temp[folder], file))
            .Order(StringComparer.Ordinal)];
        Assert.Equal(Files("whole"), Files("broken"));
        foreach (var file in Files("whole").Except(DifferFromRunToRun))
            Assert.True(File.ReadAllBytes(temp[$"whole/{file}"]).AsSpan().SequenceEqual(File.ReadAllBytes(temp[$"broken/{file}"])),
                $"{file} differs");
    }

    /// <summary>Runs to its end, or kills the process so long after it has a state.</summary>
    async Task Extract(string folder, string preset, TimeSpan? kill, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] args =
        [
            Path.Combine(AppContext.BaseDirectory, "conceptexpress.dll"), "extract", Cli.Sample, "--output", temp[folder], "--preset",
            preset, "--resolution", "64", "--max-concepts", "2",
            "--steps", "8", "--threads", "2", "--save-minutes", "0", "--sample-every", "5",
            .. preset == "express" ? Cli.QuickSearch : [], .. more,
        ];
        foreach (var arg in args) start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var (errors, output) = (process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        if (kill is { } after)
        {
            var states = new StateFolder(temp[folder]);
            while (!process.HasExited && !states.Exists) await Task.Delay(10, TestContext.Current.CancellationToken);
            await Task.Delay(after, TestContext.Current.CancellationToken);
            process.Kill();
        }
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        if (kill is null) Assert.True(process.ExitCode == ExitCodes.Done, await errors);
    }

    public void Dispose() => temp.Dispose();
}

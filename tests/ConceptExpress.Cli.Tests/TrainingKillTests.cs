using System.Diagnostics;
using ConceptExpress.Testing;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Cli.Tests;

/// <summary><c>toybox train</c> as a process that is killed.</summary>
public sealed class TrainingKillTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly TemporaryFolder temp = new();

    [Fact]
    public async Task KilledWithoutWarning_AndResumed_EndsWithTheSameBytes()
    {
        await Train("whole", untilLines: int.MaxValue);
        // Steps are shown every few seconds only; the log on disk tells more, and a kill at any moment must do.
        await Train("broken", untilLines: 25);
        await Train("broken", untilLines: 50, "--resume");
        await Train("broken", untilLines: int.MaxValue, "--resume");
        // The logs tell at which step the two part, if they do.
        Assert.Equal(File.ReadAllLines(temp["whole/vae.csv"]), File.ReadAllLines(temp["broken/vae.csv"]));
        var files = Directory.EnumerateFiles(temp["whole"], "*.safetensors", SearchOption.AllDirectories).ToList();
        Assert.Contains(files, file => file.EndsWith("diffusion_pytorch_model.safetensors", StringComparison.Ordinal));
        Assert.All(files,
            file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(file.Replace("whole", "broken", StringComparison.Ordinal))));
    }

    /// <summary>Trains the autoencoder at toy size, and kills the process once its log has so many lines.</summary>
    async Task Train(string folder, int untilLines, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] args =
        [
            Path.Combine(AppContext.BaseDirectory, "conceptexpress.dll"), "toybox", "train", "--output", temp[folder], "--architecture",
            "tiny", "--stage", "vae",
            "--steps", "60", "--workers", "2", "--precision", "fp32", "--save-minutes", "0", .. more,
        ];
        foreach (var arg in args) start.ArgumentList.Add(arg);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        while (!process.HasExited && Lines(folder) < untilLines && clock.Elapsed < Patience)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        if (untilLines < int.MaxValue) process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (untilLines < int.MaxValue) Assert.InRange(Lines(folder), 2, 60); // header and steps: it was killed before the last
        if (untilLines == int.MaxValue) Assert.True(process.ExitCode == ExitCodes.Done, await errors);
        Assert.True(ToyboxTraining.HasState(temp[folder]), await errors);
    }

    int Lines(string folder)
    {
        var log = Path.Combine(temp[folder], "vae.csv");
        try
        {
            return File.Exists(log) ? File.ReadLines(log).Count() : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public void Dispose() => temp.Dispose();
}

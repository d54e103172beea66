using System.Text.Json;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Evaluation.Running;

/// <summary>
/// Records how long items took, in <c>timings.json</c>. No other file differs from run to run. Times of interrupted runs are kept.
/// </summary>
sealed class Timings
{
    /// <summary>Name of the file in the output folder.</summary>
    public const string FileName = "timings.json";

    readonly string path;
    readonly MachineRecord machine;
    readonly SortedDictionary<string, double> seconds;

    /// <param name="output">The run's output folder; created if it does not exist.</param>
    /// <param name="machine">The machine that this part of the run is computed on.</param>
    public Timings(string output, MachineRecord machine)
    {
        (path, this.machine) = (Path.Combine(Directory.CreateDirectory(output).FullName, FileName), machine);
        File.Delete(path + WholeFile.Unfinished); // left by a run that was killed while it wrote the file
        seconds = new SortedDictionary<string, double>(Before(path), StringComparer.Ordinal);
    }

    /// <summary>Adds the time of an item and writes the file. Safe to call from several threads at once.</summary>
    public void Add(string key, TimeSpan time)
    {
        lock (seconds)
        {
            seconds[key] = Math.Round(time.TotalSeconds, 3);
            var content = new Content(machine, Math.Round(seconds.Values.Sum(), 3), seconds);
            WholeFile.Write(path, JsonSerializer.Serialize(content, LibraryJson.Indented) + "\n");
        }
    }

    static Dictionary<string, double> Before(string path)
    {
        try
        {
            if (File.Exists(path)) return new(LibraryJson.Read<Content>(File.ReadAllText(path), LibraryJson.Indented)!.Seconds);
        }
        catch (JsonException)
        {
            // A damaged list of times is no reason to refuse the results: the list starts empty.
        }
        return [];
    }

    /// <param name="Machine">The last machine that worked on the run.</param>
    /// <param name="TotalSeconds">Sum over all items, whichever worker computed them.</param>
    /// <param name="Seconds">Seconds per item, by its key.</param>
    sealed record Content(MachineRecord Machine, double TotalSeconds, IReadOnlyDictionary<string, double> Seconds);
}

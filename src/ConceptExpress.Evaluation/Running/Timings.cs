using System.Text.Json;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Evaluation.Running;

/// <summary>How long items took: <c>timings.json</c>, the one file that differs from run to run. Kept through interruptions.</summary>
public sealed class Timings
{
    public const string FileName = "timings.json";

    readonly string path;
    readonly MachineRecord machine;
    readonly SortedDictionary<string, double> seconds;

    /// <param name="output">The run's output folder; made if need be.</param>
    /// <param name="machine">What this part of the run is computed on.</param>
    public Timings(string output, MachineRecord machine)
    {
        (path, this.machine) = (Path.Combine(Directory.CreateDirectory(output).FullName, FileName), machine);
        File.Delete(path + WholeFile.Unfinished); // of a run that was killed while it wrote
        seconds = new SortedDictionary<string, double>(Before(path), StringComparer.Ordinal);
    }

    /// <summary>Adds an item and writes the file; safe to call from several threads.</summary>
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
            if (File.Exists(path)) return new(JsonSerializer.Deserialize<Content>(File.ReadAllText(path), LibraryJson.Indented)!.Seconds);
        }
        catch (JsonException)
        {
            // A damaged list of times is no reason to lose results: it begins anew.
        }
        return [];
    }

    /// <param name="Machine">The last one that worked on the run.</param>
    /// <param name="TotalSeconds">Of all items, added up over workers.</param>
    /// <param name="Seconds">Per item.</param>
    sealed record Content(MachineRecord Machine, double TotalSeconds, IReadOnlyDictionary<string, double> Seconds);
}

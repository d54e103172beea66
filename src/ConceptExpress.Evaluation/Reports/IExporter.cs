using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Writes results down. The same results give the same text.</summary>
public interface IExporter
{
    /// <summary>The file's name in the run's output folder.</summary>
    string FileName { get; }

    /// <summary>The whole file.</summary>
    string Text(EvaluationResults results);
}

/// <summary>The ways to write results down: <c>results.json</c>, <c>results.csv</c>, <c>results.md</c>, <c>index.html</c>.</summary>
public static class Exporters
{
    /// <summary>A further one is a class and an entry here.</summary>
    public static IReadOnlyList<IExporter> All { get; } =
        [new JsonExporter(), new CsvExporter(), new MarkdownExporter(), new PageExporter()];

    /// <summary>The names of all files.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [.. All.Select(exporter => exporter.FileName)];

    /// <summary>Writes all files into the run's output folder; each replaces an earlier one at once.</summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string folder, EvaluationResults results)
    {
        foreach (var exporter in All) WholeFile.Write(Path.Combine(folder, exporter.FileName), exporter.Text(results));
    }
}

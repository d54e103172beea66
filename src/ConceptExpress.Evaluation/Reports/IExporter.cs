using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Writes results as a text file. The same results give the same text.</summary>
interface IExporter
{
    /// <summary>Name of the file in the output folder.</summary>
    string FileName { get; }

    /// <summary>The content of the whole file.</summary>
    string Text(EvaluationResults results);
}

/// <summary>All exporters: <c>results.json</c>, <c>results.csv</c>, <c>results.md</c> and <c>index.html</c>.</summary>
static class Exporters
{
    /// <summary>The exporters, in the order of writing. To add one, write a class and add it here.</summary>
    public static IReadOnlyList<IExporter> All { get; } =
        [new JsonExporter(), new CsvExporter(), new MarkdownExporter(), new PageExporter()];

    /// <summary>The names of all files that <see cref="Write"/> writes.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [.. All.Select(exporter => exporter.FileName)];

    /// <summary>Writes all files into the output folder. Each file replaces an earlier one as a whole.</summary>
    /// <exception cref="IOException">The disk is full, or the folder is not writable.</exception>
    public static void Write(string folder, EvaluationResults results)
    {
        foreach (var exporter in All) WholeFile.Write(Path.Combine(folder, exporter.FileName), exporter.Text(results));
    }
}

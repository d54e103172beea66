using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Reports;

/// <summary>Results as files: <c>results.json</c>, <c>results.csv</c>, <c>results.md</c> and <c>index.html</c>, the same bytes for the same results.</summary>
public static class EvaluationReport
{
    public const string Json = "results.json", Csv = "results.csv", Markdown = "results.md", Page = "index.html";

    /// <summary>Writes all four into the output folder of the run; earlier ones are replaced at once.</summary>
    public static void Write(string output, EvaluationResults results)
    {
        Replace(Path.Combine(output, Json), ResultsJson.Text(results, LibraryJson.Indented) + "\n");
        Replace(Path.Combine(output, Csv), ResultsCsv.Text(results));
        Replace(Path.Combine(output, Markdown), ResultsMarkdown.Text(results));
        Replace(Path.Combine(output, Page), ResultsPage.Text(results));
    }

    static void Replace(string path, string text)
    {
        File.WriteAllText($"{path}.new", text);
        File.Move($"{path}.new", path, overwrite: true);
    }
}

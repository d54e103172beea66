using ConceptExpress.Evaluation.Reports;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Running;

/// <summary>The output folder of an evaluation, which grows result by result and which later runs go on with.</summary>
static class EvaluationFolder
{
    const string Items = "items";

    static readonly string[] Known =
    [
        Items, ItemFiles.Sources, Timings.FileName, EvaluationReport.Json, EvaluationReport.Csv, EvaluationReport.Markdown, EvaluationReport.Page,
        FolderLock.FileName,
    ];

    /// <summary>Refuses a folder that holds something else, or cannot be written.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    /// <exception cref="OutputOccupiedException">It holds something that is no evaluation's.</exception>
    public static void Check(string output)
    {
        OutputFolder.Check(output, replace: true);
        if (!Directory.Exists(output)) return;
        if (Directory.EnumerateFileSystemEntries(output).Select(Path.GetFileName).FirstOrDefault(name => !Known.Contains(name?.Replace(".new", ""))) is { } other)
            throw new OutputOccupiedException($"{output} holds {other}, which is no evaluation's; choose another output folder.");
    }
}

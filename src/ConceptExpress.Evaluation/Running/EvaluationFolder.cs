using ConceptExpress.Evaluation.Items;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Running;

/// <summary>The output folder of an evaluation, which grows result by result and which later runs go on with.</summary>
public static class EvaluationFolder
{
    /// <summary>Refuses a folder that holds something else, or cannot be written.</summary>
    /// <param name="output">The folder, which need not exist.</param>
    /// <param name="reports">Names of the files that reports are written to.</param>
    /// <param name="inputs">Files and folders that the evaluation reads, which must not lie in the folder; null ones are passed
    /// over.</param>
    /// <exception cref="OutputOccupiedException">It holds an input, or something that is no evaluation's.</exception>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void Check(string output, IEnumerable<string> reports, params IEnumerable<string?> inputs)
    {
        OutputFolder.CheckGrowing(output, inputs);
        if (!Directory.Exists(output)) return;
        string[] own = [ItemFiles.Items, ItemFiles.Sources, Timings.FileName, FolderLock.FileName, .. reports];
        var names = Directory.EnumerateFileSystemEntries(output).Select(entry => Path.GetFileName(entry)!);
        if (names.FirstOrDefault(name => !own.Contains(Finished(name))) is { } other)
            throw new OutputOccupiedException($"{output} holds {other}, which is no evaluation's; choose another output folder.");
    }

    static string Finished(string name) =>
        name.EndsWith(WholeFile.Unfinished, StringComparison.Ordinal) ? name[..^WholeFile.Unfinished.Length] : name;
}

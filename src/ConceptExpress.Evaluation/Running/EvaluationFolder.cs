using ConceptExpress.Evaluation.Items;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Running;

/// <summary>Checks the output folder of an evaluation. Items are added to it one by one, and later runs continue in it.</summary>
static class EvaluationFolder
{
    /// <summary>Checks that an evaluation may write to a folder: it is writable, and holds nothing but results of an evaluation.</summary>
    /// <param name="output">The folder. It need not exist.</param>
    /// <param name="reports">Names of the report files.</param>
    /// <param name="inputs">Files and folders that the evaluation reads. They must not be in the folder; null entries are skipped.</param>
    /// <exception cref="OutputOccupiedException">The folder holds an input, or something that does not belong to an
    /// evaluation.</exception>
    /// <exception cref="OutputException">The folder is not writable.</exception>
    public static void Check(string output, IEnumerable<string> reports, params IEnumerable<string?> inputs)
    {
        OutputFolder.CheckGrowing(output, inputs);
        if (!Directory.Exists(output)) return;
        string[] own = [ItemFiles.Items, ItemFiles.Sources, Timings.FileName, FolderLock.FileName, .. reports];
        var names = Directory.EnumerateFileSystemEntries(output).Select(entry => Path.GetFileName(entry)!);
        if (names.FirstOrDefault(name => !own.Contains(Finished(name))) is { } other)
            throw new OutputOccupiedException($"{output} holds {other}, which is not from an evaluation; choose another output folder.");
    }

    static string Finished(string name) =>
        name.EndsWith(WholeFile.Unfinished, StringComparison.Ordinal) ? name[..^WholeFile.Unfinished.Length] : name;
}

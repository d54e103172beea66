using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Library.Tests.Drawing;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

/// <summary>Folders with things in them, and what stands in folders.</summary>
static class Folders
{
    /// <summary>With the chart and log of training, which takes longer, or without.</summary>
    public static void Extract(string folder, bool replace = false, bool logged = false) =>
        new OutputFolder(folder, ResultNames.Extraction, replace)
        .Write(fresh => ConceptFolderWriter.Write(fresh, logged ? Reports.Learned() : Reports.Learned() with { Steps = null }));

    public static void Localize(string folder, bool replace = false) =>
        new OutputFolder(folder, ResultNames.Localization, replace).Write(fresh => ConceptFolderWriter.Write(fresh, Reports.LocatedOnly()));

    public static void Generate(string folder, int pictures, bool replace = false) => new OutputFolder(folder, ResultNames.Generation,
        replace).Write(fresh =>
    {
        for (var i = 0; i < pictures; i++) PngFile.Write(Path.Combine(fresh, ResultNames.Picture(i)), Picture, Texts);
        PngFile.Write(Path.Combine(fresh, ResultNames.Grid), Picture, Texts);
    });

    public static void Fill(this TemporaryFolder temp, params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(temp[file])!);
            File.WriteAllText(temp[file], "mine");
        }
    }

    /// <summary>Every file with its bytes, every folder and every link.</summary>
    public static string[] State(this TemporaryFolder temp, string below = "") =>
    [
        .. Directory.GetFileSystemEntries(temp[below], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(entry =>
                $"{Path.GetRelativePath(temp.Path, entry).Replace('\\', '/')} "
                + $"{(File.Exists(entry) ? Convert.ToHexString(File.ReadAllBytes(entry)) : "/")}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Names of every file.</summary>
    public static string[] Files(this TemporaryFolder temp, string below = "") =>
        [.. temp.State(below).Where(entry => !entry.EndsWith(" /", StringComparison.Ordinal)).Select(entry => entry.Split(' ')[0])];

    static RgbImage Picture => Pictures.Gray(4, 4);

    static Dictionary<string, string> Texts => new() { [PictureRecord.JsonKeyword] = "{}" };
}

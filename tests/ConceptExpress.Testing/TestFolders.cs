namespace ConceptExpress.Testing;

/// <summary>Where tests find their data: small goldens in the repository, larger ones beside it.</summary>
public static class TestFolders
{
    /// <summary>The checkout: the nearest folder above the test program that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Data committed with the tests.</summary>
    public static string Data => Path.Combine(Repository, "tests", "data");

    /// <summary>The golden suite's core (tests/data/golden/README.md): what every clone has.</summary>
    public static string GoldenCore(string relative = "") => Path.Combine(Data, "golden", relative);

    /// <summary>The embedded checkpoint.</summary>
    public static string Toybox => Path.Combine(Repository, "models", "toybox");

    /// <summary>The checkpoint with Stable Diffusion's four levels.</summary>
    public static string Toybox256 => Path.Combine(Repository, "models", "toybox-256");

    /// <summary>The embedded CLIP pair.</summary>
    public static string ToyboxClip => Path.Combine(Repository, "models", "toybox-clip");

    /// <summary>The embedded judge.</summary>
    public static string ToyboxJudge => Path.Combine(Repository, "models", "toybox-judge");

    /// <summary>
    /// A folder or file of the golden suite: below CONCEPTEXPRESS_GOLDEN if set, else below <c>../shared/golden</c>, else, where the
    /// repository holds a copy, in <see cref="GoldenCore"/>. Skips the running test, with the reason, when there is none.
    /// </summary>
    /// <param name="relative">Path in the golden folder.</param>
    /// <param name="committed">Whether the repository holds a copy.</param>
    public static string Golden(string relative = "", bool committed = false)
    {
        var root = NamedGolden ?? SharedGolden;
        if (committed && NamedGolden is null && !Path.Exists(Path.Combine(root, relative))) root = GoldenCore();
        return Required(root, relative, "set CONCEPTEXPRESS_GOLDEN to the folder of golden data");
    }

    /// <summary>
    /// Names of the golden suite's small Stable Diffusion checkpoints: one of either style, and what else the folder holds.
    /// </summary>
    public static IEnumerable<string> GoldenCheckpoints
    {
        get
        {
            var root = NamedGolden ?? (Directory.Exists(SharedGolden) ? SharedGolden : GoldenCore());
            // SDXL, which has two text encoders, is another model.
            bool IsOne(string folder) =>
                File.Exists(Path.Combine(folder, "unet", "config.json")) && !Directory.Exists(Path.Combine(folder, "text_encoder_2"));
            var found = Directory.Exists(root)
                ? Directory.GetDirectories(root).Where(IsOne).Select(folder => Path.GetFileName(folder))
                : [];
            return found.Union(["tiny-sd1", "tiny-sd2"]).Order(StringComparer.Ordinal);
        }
    }

    /// <summary>The photo that the golden suite's autoencoder, attention and training start from; its name tells its side.</summary>
    public static string GoldenPhoto =>
        Directory.GetFiles(Golden("components"), "image_*.png") is [var photo] ? photo : Golden("components/image_512.png");

    /// <summary>Whether the whole golden suite is here (or was named, and so must be), not only the core.</summary>
    public static bool HasWholeGolden => NamedGolden is not null || Path.Exists(SharedGolden);

    static string? NamedGolden => Environment.GetEnvironmentVariable("CONCEPTEXPRESS_GOLDEN") is { Length: > 0 } named ? named : null;

    static string SharedGolden => Path.Combine(Repository, "..", "shared", "golden");

    /// <summary>
    /// The prototype checkpoint's folder (scenes with truth, the reference's masks): CONCEPTEXPRESS_PRIOR, else <c>../shared/prior</c>,
    /// else skip.
    /// </summary>
    public static string Prior(string relative = "")
    {
        var root = Environment.GetEnvironmentVariable("CONCEPTEXPRESS_PRIOR");
        if (string.IsNullOrEmpty(root)) root = Path.Combine(Repository, "..", "shared", "prior");
        return Required(root, relative, "set CONCEPTEXPRESS_PRIOR to the folder of the prototype's data");
    }

    /// <summary>Photographs with masks: CONCEPTEXPRESS_PHOTOS, else <c>../shared/data/d2</c>, else skip.</summary>
    public static string Photographs()
    {
        var root = Environment.GetEnvironmentVariable("CONCEPTEXPRESS_PHOTOS");
        if (string.IsNullOrEmpty(root)) root = Path.Combine(Repository, "..", "shared", "data", "d2");
        return Required(root, "", "set CONCEPTEXPRESS_PHOTOS to a folder of folders with img.jpg and mask0.png and so on");
    }

    static string Required(string root, string relative, string remedy)
    {
        var path = Path.GetFullPath(Path.Combine(root, relative));
        Xunit.Assert.SkipUnless(Path.Exists(path),
            $"{(relative.Length == 0 ? "the data folder" : relative)} is not on this machine; {remedy}");
        return path;
    }

    static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ConceptExpress.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("ConceptExpress.slnx stands in no folder above the tests");
    }
}

using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Library.Tests.Programs;

/// <summary>
/// How other programs find the word of a prompt in a folder of embedding files, written from what their loaders were seen to do
/// (docs/using-words.md). Each returns the shape of the vectors; null if the prompt's text is ordinary text there.
/// </summary>
static class OtherPrograms
{
    /// <summary>
    /// A1111 and Forge: all files below the folder, by stem; a prompt names the stem. The last of one name wins, silently.
    /// </summary>
    public static long[]? A1111(string folder, string written)
    {
        var known = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in Files(folder)) known[Path.GetFileNameWithoutExtension(file)] = file;
        return known.TryGetValue(written, out var found) ? OneKey(found).Shape : null;
    }

    /// <summary>
    /// ComfyUI: <c>embedding:</c> and a path below the folder; the extension is found by trying; the first tensor counts.
    /// </summary>
    public static long[]? ComfyUi(string folder, string written)
    {
        const string start = "embedding:";
        if (!written.StartsWith(start, StringComparison.Ordinal)) return null;
        var path = Path.Combine(folder, written[start.Length..] + ".safetensors");
        if (written.IndexOfAny([' ', '<', '[']) >= 0 || !File.Exists(path)) return null;
        using var file = SafeTensorsFile.Open(path);
        return file[file.Names.First()].Shape;
    }

    /// <summary>
    /// InvokeAI: a file is a model called by its stem, of letters, digits, dot, comma, underscore, space and dash; a prompt names it in
    /// angle brackets. Two models of one name are an error. Under a key of one's own, the first dimension is taken for the width.
    /// </summary>
    public static long[]? InvokeAi(string folder, string written)
    {
        var name = written.Trim('<', '>');
        if (written != $"<{name}>" || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !".,_ -".Contains(c))) return null;
        var found = Files(folder).Where(file => Path.GetFileNameWithoutExtension(file) == name).ToList();
        if (found.Count > 1) throw new InvalidDataException($"more than one model is called {name}");
        if (found.Count == 0) return null;
        var (key, shape) = OneKey(found[0]);
        return key == "emb_params" || shape.Length == 1 ? shape : throw new InvalidDataException($"{shape[0]} is no width of a model");
    }

    /// <summary>
    /// SwarmUI: <c>&lt;embed:NAME&gt;</c> finds a file by its name; the kind of file is told by the key or by its metadata.
    /// </summary>
    public static long[]? SwarmUi(string folder, string written)
    {
        if (!written.StartsWith("<embed:", StringComparison.Ordinal) || !written.EndsWith('>')) return null;
        var found = Files(folder).FirstOrDefault(file => Path.GetFileNameWithoutExtension(file) == written[7..^1]);
        if (found is null) return null;
        using var file = SafeTensorsFile.Open(found);
        string[] known = ["stable-diffusion-v1/textual-inversion", "stable-diffusion-v2-768-v/textual-inversion"];
        return known.Contains(file.Metadata.GetValueOrDefault("modelspec.architecture")) ? file[file.Names.First()].Shape : null;
    }

    /// <summary>
    /// diffusers: <c>load_textual_inversion</c> of every file into one pipeline; a key twice is an error; a prompt names the key.
    /// </summary>
    public static long[]? Diffusers(string folder, string written)
    {
        var loaded = new Dictionary<string, long[]>();
        foreach (var file in Files(folder))
        {
            var (key, shape) = OneKey(file);
            if (!loaded.TryAdd(key, shape)) throw new InvalidDataException($"{key} is already in the vocabulary");
        }
        return loaded.GetValueOrDefault(written);
    }

    /// <summary>All: the picture that A1111, Forge and SwarmUI show beside the word.</summary>
    public static string PictureOf(string folder, string name) => Path.Combine(folder, $"{name}.preview.png");

    static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories);

    static (string Key, long[] Shape) OneKey(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return file.Names.ToList() is [var only] ? (only, file[only].Shape) : throw new InvalidDataException($"{path} has several keys");
    }
}

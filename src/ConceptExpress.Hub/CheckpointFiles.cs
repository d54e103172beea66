namespace ConceptExpress.Hub;

/// <summary>Names of files in repositories.</summary>
static class CheckpointFiles
{
    const int MaxPath = 1000, MaxName = 200;

    /// <summary>Whether a file's name is that of a single-file checkpoint: <c>.safetensors</c> or <c>.ckpt</c>.</summary>
    public static bool IsSingleFile(string path) => Path.GetExtension(path) is ".safetensors" or ".ckpt";

    /// <summary>
    /// Whether a path that came from the network may become one in the cache: relative, separated by <c>/</c>, of printable characters
    /// that every file system takes, and without a part that leads out.
    /// </summary>
    public static bool IsSafe(string path) => path.Length is > 0 and <= MaxPath && path.Split('/').All(IsSafeName);

    static bool IsSafeName(string name) => name.Length is > 0 and <= MaxName && name is not ("." or "..") && name[^1] is not ('.' or ' ')
        && name[0] != ' ' && !name.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>'
            or '|' or (>= '\u200b' and <= '\u200f') or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));
}

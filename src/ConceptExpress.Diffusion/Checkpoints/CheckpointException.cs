using ConceptExpress.Imaging;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>A checkpoint file cannot be used. The message is one sentence: which file, what is wrong with it, what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The error behind it, such as one of the file system; null, the default, if there is none.</param>
public class CheckpointException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner)
{
    internal static CheckpointException Absent(string path, Exception inner) =>
        new($"{path} does not exist; check the path or download the checkpoint.", inner);

    internal static CheckpointException Unreadable(string path, Exception inner) =>
        new($"{path} cannot be read ({inner.Message.TrimEnd('.')}); check that it is a file and that you may read it.", inner);

    /// <summary>Makes a name from a file safe for a message: quoted, on one line, at most 120 characters and an ellipsis.</summary>
    internal static string Quoted(string name)
    {
        const int longest = 120;
        var shown = name.Length > longest ? string.Concat(name.AsSpan(0, longest), "...") : name;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }
}

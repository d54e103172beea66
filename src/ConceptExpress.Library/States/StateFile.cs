using System.Globalization;
using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;
using static TorchSharp.torch;

namespace ConceptExpress.Library.States;

// Shapes: R rows, E width

/// <summary>
/// Reads and writes a <see cref="LearningState"/> as a safetensors file. Its tensors <c>rows</c>, <c>first</c> and <c>second</c> are (R,E)
/// fp32; everything else is in the metadata.
/// </summary>
static class StateFile
{
    const string Schema = "conceptexpress/learning@1", Split = "split", Merged = "merged";

    /// <summary>Writes the file. If that fails, an earlier file remains as it was.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(string path, LearningState state)
    {
        using var scope = NewDisposeScope();
        Tensor Rows(float[] values) => tensor(values).view(-1, state.Width);
        var metadata = new Dictionary<string, string>
        {
            ["schema"] = Schema,
            ["phase"] = state is SplitState ? Split : Merged,
            ["concepts"] = Number(state.Concepts),
            ["vectors"] = Number(state.Vectors),
            ["tokensPerConcept"] = Number(state.TokensPerConcept),
            ["pass"] = Number(state.Pass),
            ["step"] = Number(state.Step),
            ["losses"] = JsonSerializer.Serialize(state.Losses is null ? null : StoredLosses.Of(state.Losses), LibraryJson.Compact),
        };
        Tensors.Write(path, [("rows", Rows(state.Rows)), ("first", Rows(state.First)), ("second", Rows(state.Second))], metadata);
    }

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <exception cref="StateException">The file is damaged, or is not such a file.</exception>
    public static LearningState Read(string path) => Tensors.Read<LearningState>(path, file =>
    {
        int Of(string key) => int.Parse(file.Metadata[key], CultureInfo.InvariantCulture);
        float[] Values(string key) => file.Read(key).data<float>().ToArray();
        if (file.Metadata["schema"] != Schema) throw new FormatException("it has another schema");
        var losses = LibraryJson.Read<StoredLosses>(file.Metadata["losses"], LibraryJson.Compact)?.ToLosses();
        var (concepts, vectors, tokens, rows, first, second) = (Of("concepts"), Of("vectors"), Of("tokensPerConcept"), Values("rows"),
            Values("first"), Values("second"));
        if (concepts < 1 || vectors < 1 || tokens < 1 || rows.Length % (concepts * vectors * tokens) != 0 || first.Length != rows.Length
            || second.Length != rows.Length)
            throw new FormatException("its sizes do not match");
        return file.Metadata["phase"] switch
        {
            Split => new SplitState
            {
                Concepts = concepts,
                Vectors = vectors,
                SplitTokens = tokens,
                Rows = rows,
                First = first,
                Second = second,
                Pass = Of("pass"),
                Step = Of("step"),
                Losses = losses,
            },
            Merged when tokens == 1 => new MergedState
            {
                Concepts = concepts,
                Vectors = vectors,
                Rows = rows,
                First = first,
                Second = second,
                Pass = Of("pass"),
                Step = Of("step"),
                Losses = losses,
            },
            _ => throw new FormatException("its phase is unknown"),
        };
    });

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The JSON form of <see cref="LossValues"/>.</summary>
sealed record StoredLosses(IReadOnlyList<KeyValuePair<string, double>> Terms, double Total)
{
    public static StoredLosses Of(LossValues losses) => new(losses.Terms, losses.Total);

    public LossValues ToLosses() => new(Terms, Total);
}

/// <summary>Reads and writes safetensors files, with the exceptions of states.</summary>
static class Tensors
{
    public static void Write(string path, IEnumerable<(string, Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        try
        {
            SafeTensorsWriter.Write(path, tensors, metadata);
        }
        catch (CheckpointException e)
        {
            throw new OutputException(e.Message, e);
        }
    }

    public static T Read<T>(string path, Func<SafeTensorsFile, T> read)
    {
        using var scope = NewDisposeScope();
        try
        {
            using var file = SafeTensorsFile.Open(path);
            return read(file);
        }
        catch (Exception e) when (
            e is CheckpointException or JsonException or FormatException or KeyNotFoundException or OverflowException
                or ArgumentException or InvalidOperationException)
        {
            throw new StateException($"{path} is damaged ({e.Message.TrimEnd('.')}); start the extraction again.", e);
        }
    }
}

/// <summary>
/// A state file of an unfinished extraction, or the record of a finished item of an evaluation, is damaged or has another version. The
/// message is one sentence: what is wrong with which file, and what to do.
/// </summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The exception that caused this one; null if there is none. The default is null.</param>
public sealed class StateException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner);

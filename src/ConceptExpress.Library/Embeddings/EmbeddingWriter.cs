using System.Runtime.InteropServices;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Output;
using TorchSharp;

namespace ConceptExpress.Library.Embeddings;

/// <summary>
/// Writes one word as a safetensors file that other programs can read. The file has one tensor, whose key is the word: (E) for one vector,
/// (D,E) for D vectors of width E. The same word and texts give the same bytes.
/// </summary>
static class EmbeddingWriter
{
    /// <summary>The key of a layout that InvokeAI needs for words of several vectors.</summary>
    public const string EmbeddingParameters = "emb_params";

    /// <summary>Writes a word.</summary>
    /// <param name="path">The path of the file, which is replaced, whole or not at all.</param>
    /// <param name="word">The word.</param>
    /// <param name="texts">The texts of the header.</param>
    /// <param name="key">The key of the tensor, which is then always (D,E); null, the default, for the word.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(string path, ConceptWord word, IReadOnlyDictionary<string, string> texts, string? key = null)
    {
        using var scope = torch.NewDisposeScope();
        long[] shape = key is null && word.Vectors.Count == 1
            ? [word.Vectors[0].Length]
            : [word.Vectors.Count, word.Vectors[0].Length];
        try
        {
            SafeTensorsWriter.Write(path, [(key ?? word.Token, torch.tensor(Values(word), shape, torch.float32))], texts);
        }
        catch (CheckpointException e)
        {
            throw new OutputException(e.Message, e);
        }
    }

    /// <summary>Returns the bytes of the tensor in the file.</summary>
    public static byte[] Bytes(ConceptWord word) => MemoryMarshal.AsBytes<float>(Values(word)).ToArray();

    static float[] Values(ConceptWord word) => [.. word.Vectors.SelectMany(vector => vector)];
}

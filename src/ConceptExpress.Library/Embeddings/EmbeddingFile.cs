using System.Security.Cryptography;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Concepts;
using TorchSharp;

namespace ConceptExpress.Library.Embeddings;

/// <summary>
/// A file of learned words (textual inversion), of this or another program: safetensors, or what torch.save wrote, of which only tensors
/// are read and nothing is executed. The content decides, not the file's name. docs/embeddings.md lists the layouts.
/// </summary>
/// <param name="Path">The path of the file, as it was given.</param>
/// <param name="Sha256">The SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
/// <param name="Words">
/// Its words, 1 to 1000, each with 1 to 1000 vectors of the same width, in fp32. Vectors for two text encoders are concatenated. Give them
/// to <see cref="TextToImage"/> or to the facade, if the width is the checkpoint's (<see cref="StableDiffusion.WordWidth"/>).
/// </param>
/// <param name="Notes">
/// What a person should know: names that were changed, and what of the file is not used. Sentences; may be empty.
/// </param>
public sealed record EmbeddingFile(string Path, string Sha256, IReadOnlyList<ConceptWord> Words, IReadOnlyList<string> Notes)
{
    // Prompts have far fewer text positions, and no text encoder is nearly as wide.
    const int MaxVectors = 1000, MaxWords = 1000, MaxWidth = 16_384;

    static readonly torch.ScalarType[] Types =
        [torch.ScalarType.Float32, torch.ScalarType.Float16, torch.ScalarType.BFloat16, torch.ScalarType.Float64];

    /// <summary>The name of the file, without its folder.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="word">
    /// What to call its word in prompts, with or without angle brackets: 1 to 100 characters, without spaces and more brackets. If the file
    /// has several words, this and a dash are put before each: <c>&lt;word-KEY&gt;</c>. The default is null: as the file says, if it names
    /// a word in angle brackets; else its name without the extension. Characters that words cannot have are replaced, which is noted.
    /// </param>
    /// <exception cref="EmbeddingException">
    /// The file is missing, damaged, something else (such as a LoRA or a checkpoint), for a model with other text encoders, or has values
    /// that are not finite.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="word"/> cannot be a word.</exception>
    public static EmbeddingFile Read(string path, string? word = null)
    {
        var given = word is null
            ? null
            : ConceptNames.TokenOf(word) ?? throw new ArgumentException($"'{word}' cannot be a word of prompts", nameof(word));
        using var scope = torch.NewDisposeScope();
        try
        {
            using var file = TensorFile.Open(path);
            var found = EmbeddingLayouts.WordsIn(file);
            if (found.Count > MaxWords)
                throw new EmbeddingException($"{path} has {found.Count} words, more than the {MaxWords} allowed; name another file.");
            var notes = new List<string>();
            var words = WordSpelling.Of(found, file, given, notes);
            notes.AddRange(Unused(file, found));
            return new EmbeddingFile(path, Digest(path),
                [.. found.Zip(words, (each, token) => new ConceptWord(token, Vectors(path, each)))], notes);
        }
        catch (CheckpointException e)
        {
            throw new EmbeddingException(e.Message, e);
        }
    }

    static IEnumerable<string> Unused(TensorFile file, IReadOnlyList<FoundWord> found)
    {
        var outputs = file.Tensors.Where(EmbeddingLayouts.IsOutput).ToList();
        if (outputs.Count > 0)
            yield return $"{file.Path} also has vectors for the output of the text encoder ({outputs[0].Name}), which are not used here.";
        var others = file.Tensors.Count(tensor => Types.Contains(tensor.Type)) - outputs.Count - found.Sum(word => word.Parts.Count);
        if (others > 0) yield return $"of {file.Path}, only the words are used; its {others} other tensors are not.";
    }

    static IReadOnlyList<float[]> Vectors(string path, FoundWord word)
    {
        var parts = word.Parts.Select(part => Rows(path, part)).ToList();
        if (parts.Any(part => part.shape[0] != parts[0].shape[0]))
            throw new EmbeddingException(
                $"{path} has {string.Join(" and ", parts.Select(part => part.shape[0]))} vectors for its two text encoders, but needs the "
                + "same number for each; name another file.");
        var rows = parts is [var only] ? only : torch.cat(parts, 1);
        return [.. rows.data<float>().ToArray().Chunk((int)rows.shape[1])];
    }

    static torch.Tensor Rows(string path, NamedTensor tensor)
    {
        string Named() => tensor.Name.Length == 0 ? "tensor" : $"tensor {CheckpointException.Quoted(tensor.Name)}";
        if (!Types.Contains(tensor.Type) || tensor.Shape is not ([>= 1 and <= MaxWidth] or [>= 1 and <= MaxVectors, >= 1 and <= MaxWidth]))
            throw new EmbeddingException(
                $"{path} has a {Named()} [{string.Join(", ", tensor.Shape)}] of {tensor.Type}, which cannot be the vectors of a word; name "
                + "another file.");
        var rows = tensor.Read().to_type(torch.ScalarType.Float32).reshape(tensor.Shape.Length == 1 ? 1 : tensor.Shape[0], -1);
        return rows.isfinite().all().item<bool>()
            ? rows
            : throw new EmbeddingException($"{path} has values that are not finite in its {Named()}; train or export it again.");
    }

    /// <summary>Returns the SHA-256 of a file, 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="EmbeddingException">The file cannot be read.</exception>
    internal static string Digest(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmbeddingException($"{path} can no longer be read ({e.Message.TrimEnd('.')}); check the file.", e);
        }
    }
}

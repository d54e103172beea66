using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;

namespace ConceptExpress.Library.Embeddings;

/// <summary>A word that a file holds.</summary>
/// <param name="Key">What the file calls it; null if its layout does not name words.</param>
/// <param name="Parts">Its vectors for each text encoder, in the order in which they are concatenated.</param>
sealed record FoundWord(string? Key, IReadOnlyList<NamedTensor> Parts);

/// <summary>The layouts of embedding files: which tensors of a file are the vectors of which word (docs/embeddings.md).</summary>
static class EmbeddingLayouts
{
    const string Bundle = "bundle_emb.";
    const string LearnedParameters = "string_to_param.";
    const string Unnamed = "*";
    const string OutputSuffix = "_out";

    // The names of OneTrainer are spelled so.
    static readonly string[] Alone = ["emb_params", "emp_params"];
    static readonly string[] Encoders = ["clip_l", "clip_g"];
    static readonly string[] Unsupported = ["t5xxl", "t5"];

    /// <summary>Returns the words of a file, 1 or more.</summary>
    /// <exception cref="EmbeddingException">The file is something else, or for a model that is not supported.</exception>
    public static IReadOnlyList<FoundWord> WordsIn(TensorFile file)
    {
        var bundled = file.Tensors.Where(tensor => tensor.Name.StartsWith(Bundle, StringComparison.Ordinal)).Select(Bundled)
            .GroupBy(each => each.Word, each => each.Tensor).ToList();
        if (bundled.Count == 0) return Group(file, file.Tensors) ?? Keyed(file);
        return [.. bundled.SelectMany(group => (Group(file, [.. group]) ?? throw NoVectors(file, group.First()))
            .Select(word => word with { Key = word.Key ?? (group.Key.StartsWith('<') ? group.Key : $"<{group.Key}>") }))];
    }

    /// <summary>Whether a tensor holds vectors for the output of a text encoder, which a word of a prompt does not have.</summary>
    public static bool IsOutput(NamedTensor tensor) => Alone.Concat(Encoders).Concat(Unsupported)
        .Any(name => tensor.Name == name + OutputSuffix || tensor.Name.EndsWith($".{name}{OutputSuffix}", StringComparison.Ordinal));

    // bundle_emb.WORD.string_to_param.*, bundle_emb.WORD.clip_l: the word may have dots itself.
    static (string Word, NamedTensor Tensor) Bundled(NamedTensor tensor)
    {
        var inner = tensor.Name[Bundle.Length..];
        var split = inner.IndexOf($".{LearnedParameters}", StringComparison.Ordinal);
        if (split < 0) split = Math.Max(0, inner.LastIndexOf('.'));
        return (inner[..split], tensor with { Name = inner[split..].TrimStart('.') });
    }

    /// <summary>Returns the words of tensors with the names of a known layout; null if they have none.</summary>
    static IReadOnlyList<FoundWord>? Group(TensorFile file, IReadOnlyList<NamedTensor> tensors)
    {
        NamedTensor? Find(string name) => tensors.FirstOrDefault(tensor => tensor.Name == name);
        var learned = tensors.Where(tensor => tensor.Name.StartsWith(LearnedParameters, StringComparison.Ordinal)).ToList();
        if (learned.Count > 0)
            return [.. learned.Select(tensor => new FoundWord(Key(tensor.Name[LearnedParameters.Length..]), [tensor]))];
        if (Unsupported.FirstOrDefault(name => Find(name) is not null) is { } foreign)
            throw new EmbeddingException(
                $"{file.Path} is for a model with the text encoder T5, such as FLUX or Stable Diffusion 3 (tensor '{foreign}'); name an "
                + "embedding for Stable Diffusion 1.x or 2.x.");
        if (Encoders.Select(Find).OfType<NamedTensor>().ToList() is [_, ..] parts) return [new FoundWord(null, parts)];
        return Alone.Select(Find).FirstOrDefault(tensor => tensor is not null) is { } alone ? [new FoundWord(null, [alone])] : null;
    }

    static string? Key(string name) => name == Unnamed ? null : name;

    /// <summary>Returns the words of a file whose keys are words, or that is one tensor.</summary>
    static IReadOnlyList<FoundWord> Keyed(TensorFile file)
    {
        if (ForeignFiles.KindOf(file.Source) is { } kind)
            throw new EmbeddingException($"{file.Path} is {kind}; name an embedding file.");
        if (file.Tensors.Count == 0) throw new EmbeddingException($"{file.Path} has no tensors; name an embedding file.");
        if (file.Tensors.All(IsOutput))
            throw new EmbeddingException(
                $"{file.Path} has only vectors for the output of a text encoder ({file.Tensors[0].Name}), which words of prompts do not "
                + "have; train it again without that choice.");
        if (file.Tensors.Count == 1 || file.Tensors.All(tensor => tensor.Name.StartsWith('<')))
            return [.. file.Tensors.Select(tensor => new FoundWord(Key(tensor.Name), [tensor]))];
        throw new EmbeddingException(
            $"{file.Path} is not an embedding file that is known here: it has {file.Tensors.Count} tensors (the first is "
            + $"{CheckpointException.Quoted(file.Tensors[0].Name)}), and their names are not all words in angle brackets; name another "
            + "file.");
    }

    static EmbeddingException NoVectors(TensorFile file, NamedTensor tensor) => new(
        $"{file.Path} bundles an embedding without vectors that words of prompts have (its tensor is "
        + $"{CheckpointException.Quoted(tensor.Name)}); name another file.");
}

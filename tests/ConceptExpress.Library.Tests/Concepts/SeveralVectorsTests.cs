using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Library.Tests.Concepts;

/// <summary>
/// Words of several vectors as files, by the rules of the programs that read them (docs/architecture.md, "Embedding files").
/// </summary>
public sealed class SeveralVectorsTests : IDisposable
{
    const int Width = 768; // Stable Diffusion 1

    readonly TemporaryFolder temp = new();

    static ConceptWord Word(int vectors) =>
        new("<asset0>", [.. Enumerable.Range(0, vectors).Select(i => Enumerable.Repeat(i + 0.5f, Width).ToArray())]);

    string Written(int vectors)
    {
        var report = Reports.Learned();
        var manifest = ConceptFolderWriter.Write(temp["concepts"], report);
        EmbeddingWriter.Write(temp["word.safetensors"], Word(vectors),
            EmbeddingMetadata.Of(manifest, manifest.Concepts[0], Word(vectors), report.Image.Image));
        return temp["word.safetensors"];
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    public void AFile_HasOneTensor_OfADimensionForOneVector_AndTwoForSeveral_AndReadsBack(int vectors, int dimensions)
    {
        var path = Written(vectors);
        using var file = SafeTensorsFile.Open(path);
        long[] shape = dimensions == 1 ? [Width] : [vectors, Width];
        Assert.Equal(shape, file[Assert.Single(file.Names)].Shape);
        Assert.Equal(Word(vectors).Vectors, Assert.Single(EmbeddingFile.Read(path).Words).Vectors);
    }

    /// <summary>diffusers' <c>load_textual_inversion</c>: exactly one key, the token; [d] or [n,d] of the text encoder's width.</summary>
    [Theory, InlineData(1), InlineData(4)]
    public void Diffusers_TakesIt(int vectors)
    {
        using var file = SafeTensorsFile.Open(Written(vectors));
        Assert.Equal("<asset0>", Assert.Single(file.Names));
        var shape = file["<asset0>"].Shape;
        Assert.Equal(Width, shape[^1]);
        Assert.InRange(shape.Count(), 1, 2);
    }

    /// <summary>
    /// A1111 and Forge: a dictionary of one key, whose value becomes [n,d] (one more dimension for [d]), and d is the model's.
    /// </summary>
    [Theory, InlineData(1), InlineData(4)]
    public void A1111_TakesIt(int vectors)
    {
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(Written(vectors));
        var value = file.Read(Assert.Single(file.Names));
        if (value.dim() == 1) value = value.unsqueeze(0);
        Assert.Equal([vectors, Width], value.shape);
    }

    /// <summary>
    /// ComfyUI: neither <c>string_to_param</c> nor <c>clip_l</c> nor <c>bundle_emb.*</c>, so the first tensor of the file, whose rows are
    /// appended to the table.
    /// </summary>
    [Theory, InlineData(1), InlineData(4)]
    public void ComfyUi_TakesIt(int vectors)
    {
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(Written(vectors));
        Assert.DoesNotContain(file.Names, name => name is "string_to_param" or "clip_l"
            || name.StartsWith("bundle_emb.", StringComparison.Ordinal));
        var rows = file.Read(file.Names.First());
        Assert.Equal(vectors, rows.reshape(-1, rows.shape[^1]).shape[0]);
    }

    [Fact]
    public void AWordForTwoTextEncoders_IsReadSideBySide()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(temp["duo.safetensors"], [("clip_g", full([2, 3], 2f)), ("clip_l", full([2, 1], 1f))]);
        Assert.Equal([[1, 2, 2, 2], [1, 2, 2, 2]], EmbeddingFile.Read(temp["duo.safetensors"]).Words[0].Vectors);
        SafeTensorsWriter.Write(temp["odd.safetensors"], [("clip_g", full([2, 3], 2f)), ("clip_l", full([1, 1], 1f))]);
        Assert.Contains("1 and 2 vectors",
            Assert.Throws<EmbeddingException>(() => EmbeddingFile.Read(temp["odd.safetensors"])).Message);
    }

    [Fact]
    public void TheGoldenFilesOfTwoTextEncoders_AreRead()
    {
        var (toy, duo) = (EmbeddingFile.Read(TestFolders.Golden("components/tiny-sdxl/embeddings/toy.safetensors")).Words[0].Vectors,
            EmbeddingFile.Read(TestFolders.Golden("components/tiny-sdxl/embeddings/duo.safetensors")).Words[0].Vectors);
        Assert.Equal((1, 2), (toy.Count, duo.Count));
        using var golden = GoldenFile.Open("components/tiny-sdxl/ti.safetensors");
        using var scope = NewDisposeScope();
        var rows = cat([golden["rows_1"], golden["rows_2"]], 1);
        Assert.Equal(rows.data<float>().ToArray(), toy.Concat(duo).SelectMany(vector => vector));
    }

    [Fact]
    public void MoreRowsThanAnyPromptHasPositions_AreRefused()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(temp["table.safetensors"], [("x", zeros(1001, 2))]);
        Assert.Contains("[1001, 2]", Assert.Throws<EmbeddingException>(() => EmbeddingFile.Read(temp["table.safetensors"])).Message);
    }

    public void Dispose() => temp.Dispose();
}

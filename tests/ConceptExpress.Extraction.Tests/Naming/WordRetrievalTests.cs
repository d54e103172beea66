using ConceptExpress.Diffusion;
using ConceptExpress.Extraction.Naming;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Naming;

public sealed class WordRetrievalTests : IDisposable
{
    readonly StableDiffusion model = StableDiffusion.Load(TestFolders.Toybox);

    public void Dispose() => model.Dispose();

    float[] SumOf(params string[] words) => Row(words).sum([0L]).data<float>().ToArray();

    Tensor Row(string[] words) =>
        model.WordVectors.index_select(0, tensor([.. words.Select(word => model.Tokenizer.Encode(word).Ids[1])])).to(float32);

    static string[] Of(IEnumerable<NearWord> words) => [.. words.Select(near => near.Word)];

    [Fact]
    public void PlantedWords_AreFoundAmongTenThousand()
    {
        const int Words = 10_000, Width = 96;
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1, "planted");
        string[] words = [.. Enumerable.Range(0, Words).Select(i => $"word{i}")];
        var rows = random.Normal([Words, Width], CPU);
        rows[4001] = rows[4000] + 0.3 * random.Normal([Width], CPU); // a near neighbour
        var learned = rows[17] + rows[4000] + rows[9999] + 0.1 * random.Normal([Width], CPU);
        var near = WordRetrieval.Nearest(words, rows, learned.unsqueeze(0), 4);
        Assert.Equal(["word17", "word4000", "word4001", "word9999"], Of(near).Order(StringComparer.Ordinal));
        Assert.True(near.Index().Skip(1).All(each => each.Item.Score <= near[each.Index - 1].Score));
        // Of two vectors, each has its own words.
        Assert.Equal(["word5", "word6"], Of(WordRetrieval.Nearest(words, rows, rows.narrow(0, 5, 2), 2)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Words_AreWholeWordsOfTheTokenizer()
    {
        var retrieval = new WordRetrieval(model);
        Assert.Contains("ball", retrieval.Words);
        Assert.DoesNotContain("of", retrieval.Words); // too short
        Assert.All(retrieval.Words, word => Assert.Matches("^[a-z]{3,}$", word));
        Assert.Equal(retrieval.Words.Count, retrieval.Words.Distinct().Count());
    }

    [Theory]
    [InlineData("ball", "red", "striped")]
    [InlineData("mushroom", "blue", "dotted")]
    [InlineData("kite", "white", "checked")]
    [InlineData("house", "pink")]
    public void TheNoun_OfASumOfWords_IsItsName(string noun, params string[] qualifiers)
    {
        var retrieval = new WordRetrieval(model);
        IReadOnlyList<float[]> learned = [SumOf([.. qualifiers, noun])];
        var embedding = retrieval.ByEmbedding(learned, 10);
        // Other colours may be nearer than one of them.
        Assert.Subset(Of(embedding).ToHashSet(), new HashSet<string>([.. qualifiers, noun]));
        var text = retrieval.ByText(learned, retrieval.Words, 10);
        Assert.Equal(noun, text[0].Word);
        Assert.Equal(noun, NameChoice.Of(retrieval, learned, embedding, text, null));
        Assert.Equal(text, retrieval.ByText(learned, retrieval.Words, 10));
    }

    [Fact]
    public void Nouns_LeadQualifiers()
    {
        string[] nouns = ["ball", "mushroom", "boat", "tree"], qualifiers = ["red", "blue", "striped", "dotted"];
        var leads = new WordRetrieval(model).Leads([.. nouns, .. qualifiers]);
        Assert.True(leads.Take(nouns.Length).Min() > leads.Skip(nouns.Length).Max());
    }

    [Fact]
    public void AWordOfSeveralVectors_HasFeatures()
    {
        var retrieval = new WordRetrieval(model);
        IReadOnlyList<float[]> learned = [SumOf("red"), SumOf("ball")];
        Assert.Equal(["ball", "red"], Of(retrieval.ByEmbedding(learned, 2)).Order());
        Assert.Contains("ball", Of(retrieval.ByText(learned, retrieval.Words, 3)));
    }

    [Fact]
    public void AVectorThatIsNearNoWord_IsNamedByItsPicture_OrElseByTheTextEncoder()
    {
        using var random = new RandomStream(3, "far");
        using var far = random.Normal([model.WordWidth], CPU);
        var retrieval = new WordRetrieval(model);
        IReadOnlyList<float[]> learned = [far.data<float>().ToArray()];
        IReadOnlyList<NearWord> embedding = [new("red", 0.1)], text = [new("cup", 0.5)], picture = [new("duck", 0.2)];
        Assert.Equal("duck", NameChoice.Of(retrieval, learned, embedding, text, picture));
        Assert.Equal("cup", NameChoice.Of(retrieval, learned, embedding, text, null));
        Assert.Null(NameChoice.Of(retrieval, learned, [], [], null));
    }
}

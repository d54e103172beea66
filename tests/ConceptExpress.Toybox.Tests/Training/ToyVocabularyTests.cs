using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Toybox.Scenes;
using ConceptExpress.Toybox.Training;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Tests.Training;

public sealed class ToyVocabularyTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("toybox-vocabulary-").FullName;
    readonly ClipTokenizer tokenizer;

    public ToyVocabularyTests() => tokenizer = Architecture.LayOut("tiny", folder).Tokenizer;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void EveryWordOfTheWorld_IsOneToken() => Assert.All(ToyWords.All, word => Assert.Equal(2, tokenizer.Encode(word).EndOfText));

    [Fact]
    public void TheEnd_HasTheHighestId() => Assert.Equal(tokenizer.VocabularySize - 1, tokenizer.EndOfTextId);

    [Theory, InlineData("zebra"), InlineData("a quick brown fox"), InlineData("Größe?")]
    public void OtherWords_AreSpelled_AndReadBack(string text) =>
        Assert.Equal(text.ToLowerInvariant(), tokenizer.Decode(tokenizer.Encode(text).Ids));

    [Fact]
    public void TheLongestCaption_Fits()
    {
        var toys = Enumerable.Repeat(new Toy("ladybug", "yellow", "striped"), SceneSettings.MaxToys).ToList();
        Assert.False(tokenizer.Encode(new Scene("grass", toys).Caption).WasCut);
    }

    [Fact]
    public void Captions_AreTheirSentence_OrLess()
    {
        var scene = new Scene("grass", [new Toy("duck", "red", "dotted"), new Toy("car", "blue", "plain")]);
        var writer = new CaptionWriter(tokenizer);
        var whole = tokenizer.Encode(scene.Caption).Ids;
        Assert.Equal(whole, First(writer.Whole(scene)));
        using var random = new RandomStream(1, "captions");
        var written = Enumerable.Range(0, 400).Select(_ => writer.Write(scene, random)).ToList();
        var allowed = whole.Append(tokenizer.PaddingId).ToHashSet();
        Assert.All(written, caption => Assert.All(First(caption), id => Assert.Contains(id, allowed)));
        Assert.InRange(written.Count(caption => First(caption)[1] == tokenizer.EndOfTextId), 20, 65);      // empty: a tenth
        Assert.Contains(written, caption => caption.Weights.Sum() > tokenizer.ModelMaxLength);              // pressed into one token
    }

    [Fact]
    public void ACounting_WriterNamesAlikeToysOnce_AndJoinsWhatStandsSideBySide()
    {
        var counting = Architecture.LayOut("toybox-256", Path.Combine(folder, "counting")).Tokenizer;
        var writer = new CaptionWriter(counting, counts: true);
        Toy Duck(double x) => new("duck", "red", "dotted") { X = x };
        var kite = new Toy("kite", "blue", "plain") { X = 0.8 };
        using var random = new RandomStream(1, "captions");
        HashSet<string> Written(params Toy[] toys) => [.. Enumerable.Range(0, 600)
            .Select(_ => counting.Decode(First(writer.Write(new Scene("grass", toys), random))))];
        Assert.Contains("a photo of three red dotted ducks on grass", Written(Duck(0.2), Duck(0.5), Duck(0.8)));
        Assert.Contains("a photo of two red dotted ducks and a blue kite on grass", Written(Duck(0.2), Duck(0.5), kite));
        var pair = Written(Duck(0.2), kite);
        Assert.Contains("a photo of a red dotted duck beside a blue kite on grass", pair);
        Assert.Contains("a photo of a red dotted duck and a blue kite on grass", pair);
        Assert.DoesNotContain(Written(Duck(0.2), kite with { X = 0.3, Y = 0.9 }),
            caption => caption.Contains("beside", StringComparison.Ordinal));
    }

    [Fact]
    public void WordsPressedIntoOneToken_AreSummed()
    {
        using var scope = NewDisposeScope();
        var table = randn(tokenizer.VocabularySize, 4);
        var caption = new Caption(new long[3 * tokenizer.ModelMaxLength], new float[3 * tokenizer.ModelMaxLength]);
        (caption.Ids[3], caption.Ids[4], caption.Weights[3], caption.Weights[4]) = (7, 9, 1, 1);
        var embedded = CaptionWriter.Embed([caption], table);
        Assert.Equal([1, tokenizer.ModelMaxLength, 4], embedded.shape);
        Assert.True((embedded[0][1] - (table[7] + table[9])).abs().max().item<float>() < 1e-6);
        Assert.Equal(0, embedded[0][2].abs().max().item<float>());
    }

    static long[] First(Caption caption) => [.. caption.Ids.Where((_, i) => i % 3 == 0)];
}

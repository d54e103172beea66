using ConceptExpress.Diffusion.Text;
using FsCheck;
using FsCheck.Xunit;

namespace ConceptExpress.Diffusion.Tests.Text;

public class ClipTokenizerTests
{
    static readonly ClipTokenizer Tokenizer = ToyboxTokenizer.Load();

    static readonly string[] Words = ToyboxTokenizer.Words(Tokenizer);

    [Fact]
    public void WordsOfTheVocabulary_AreOneTokenEach()
    {
        Assert.InRange(Words.Length, 10, Tokenizer.VocabularySize);
        foreach (var some in Words.Chunk(Tokenizer.ModelMaxLength - 2))
        {
            var text = string.Join(' ', some);
            Assert.Equal(some.Select(word => (long)ToyboxTokenizer.Vocabulary[word + "</w>"]), Tokenizer.Encode(text).Body());
            Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text).Ids));
        }
    }

    [Property]
    public void Decode_UndoesEncode_OnKnownWords(NonEmptyArray<int> picks)
    {
        var text = string.Join(' ', picks.Get.Take(Tokenizer.ModelMaxLength - 2).Select(pick => Words[(uint)pick % Words.Length]));
        Assert.Equal(text, Tokenizer.Decode(Tokenizer.Encode(text).Ids));
    }

    [Property]
    public void AnyText_GivesAFullPrompt(string? text)
    {
        var prompt = Tokenizer.Encode(text ?? "");
        Assert.Equal(Tokenizer.ModelMaxLength, prompt.Ids.Length);
        Assert.Equal(Tokenizer.BeginOfTextId, prompt.Ids[0]);
        Assert.Equal(Tokenizer.EndOfTextId, prompt.Ids[prompt.EndOfText]);
        Assert.All(prompt.Ids, id => Assert.InRange(id, 0, Tokenizer.VocabularySize - 1));
        Tokenizer.Decode(prompt.Ids);
    }

    [Property]
    public void CaseAndSpaces_DoNotMatter(NonEmptyArray<int> picks)
    {
        var words = picks.Get.Select(pick => Words[(uint)pick % Words.Length]).ToArray();
        var loud = "\t" + string.Join(" \n ", words).ToUpperInvariant() + "\u00a0";
        Assert.Equal(Tokenizer.Encode(string.Join(' ', words)).Ids, Tokenizer.Encode(loud).Ids);
    }

    [Property]
    public void Placeholders_ChangeNoOtherText(string? text)
    {
        var other = (text ?? "").Replace("<asset0>", "");
        Assert.Equal(Tokenizer.Encode(other).Ids, Tokenizer.WithPlaceholders(["<asset0>"]).Encode(other).Ids);
    }

    [Fact]
    public void Placeholders_FollowTheVocabulary_AndAreNeverSplit()
    {
        var some = Tokenizer.WithPlaceholders(["<asset0>"]).WithPlaceholders(["<asset1>", "<asset10>"]);
        int first = Tokenizer.VocabularySize, a = (int)Tokenizer.Encode("a").Body()[0];
        Assert.Equal(first, some.VocabularySize);
        Assert.Equal(["<asset0>", "<asset1>", "<asset10>"], some.Placeholders);
        Assert.Equal([a, first, first + 1], some.Encode("a <asset0><asset1>").Body());
        Assert.Equal([first + 2, a], some.Encode("<asset10>a").Body());
        Assert.Equal("<asset1> a <asset0>", some.Decode([first + 1, a, first]));
    }

    [Fact]
    public void OfPlaceholdersThatStartAlike_TheLongestCounts()
    {
        var both = Tokenizer.WithPlaceholders(["toad", "toadstool"]);
        Assert.Equal([both.VocabularySize + 1L, both.VocabularySize], both.Encode("toadstooltoad").Body());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" <x>")]
    [InlineData("a</w>")]
    [InlineData("<|endoftext|>")]
    public void WithPlaceholders_RefusesBlankAndKnownWords(string word) =>
        Assert.Throws<ArgumentException>(() => Tokenizer.WithPlaceholders([word]));

    [Fact]
    public void AWordOfSeveralVectors_ExpandsToAsManyIds_AndReadsAsOneWord()
    {
        var tokenizer = Tokenizer.WithPlaceholders(new Placeholder("<one>"), new Placeholder("<three>", 3), "<last>");
        var first = Tokenizer.VocabularySize;
        Assert.Equal([first, first + 1, first + 2, first + 3, first + 4], tokenizer.Encode("<one><three> <last>").Body());
        Assert.Equal("<three> <one>", tokenizer.Decode(tokenizer.Encode("<three> <one>").Ids));
        var further = tokenizer.WithPlaceholders(new Placeholder("<more>", 2));
        Assert.Equal([first + 5, first + 6, first + 1, first + 2, first + 3], further.Encode("<more><three>").Body());
    }

    [Fact]
    public void AWordOfSeveralVectors_TakesItsPositions_SoThatThePromptIsCutEarlier()
    {
        var (fits, tooLong) = (Tokenizer.ModelMaxLength - 2, Tokenizer.ModelMaxLength - 1);
        Assert.False(Tokenizer.WithPlaceholders(new Placeholder("<x>", fits)).Encode("<x>").WasCut);
        Assert.True(Tokenizer.WithPlaceholders(new Placeholder("<x>", tooLong)).Encode("<x>").WasCut);
    }

    [Fact]
    public void AWordWithoutVectors_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Tokenizer.WithPlaceholders(new Placeholder("<x>", 0)));

    [Fact]
    public void WithPlaceholders_RefusesAWordThatStandsTwice()
    {
        Assert.Throws<ArgumentException>(() => Tokenizer.WithPlaceholders(["<x>", "<x>"]));
        Assert.Throws<ArgumentException>(() => Tokenizer.WithPlaceholders(["<x>"]).WithPlaceholders(["<x>"]));
    }

    [Fact]
    public void WasCut_TellsOfTheFirstTokenTooMany()
    {
        var room = Tokenizer.ModelMaxLength - 2;
        var fits = Tokenizer.Encode(string.Join(' ', Enumerable.Repeat(Words[0], room)));
        var tooLong = Tokenizer.Encode(string.Join(' ', Enumerable.Repeat(Words[0], room + 1)));
        Assert.False(fits.WasCut);
        Assert.True(tooLong.WasCut);
        Assert.Equal(fits.Ids, tooLong.Ids);
        Assert.Equal(Tokenizer.ModelMaxLength - 1, fits.EndOfText);
    }

    [Fact]
    public void EndOfText_IsTheFirst_AlsoOneInTheText()
    {
        var prompt = Tokenizer.Encode($"{Words[0]} <|endoftext|> {Words[1]}");
        Assert.Equal(2, prompt.EndOfText);
        Assert.Equal(Tokenizer.EndOfTextId, prompt.Ids[4]);
    }

    [Theory]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("a\u0327\u0301 \u1eb7", "\u00e1\u0327 a\u0323\u0306")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("\u212b", "\u00e5")]
    [InlineData("ﬁne ＲＥＤ", "fine red")]
    [InlineData("“red” ‘kite’", "\"red\" 'kite'")]
    [InlineData("red &amp; blue", "red & blue")]
    [InlineData("&EACUTE;t&eacute; &#65;", "été a")]
    [InlineData("schÃ¶n â€“ dÃ©jÃ\u00a0", "schön – déjà")]
    [InlineData("IRMÃ…", "irmã…")]
    [InlineData("\u001b[31mred\u001b[0m\u0007", "red")]
    [InlineData("ΟΔΟΣ Σ", "οδος σ")]
    [InlineData("\u0093red\u0094", "\"red\"")]
    public void Cleaning_TakesWritingsOfOneText_ForThatText(string written, string clean) =>
        Assert.Equal(Tokenizer.Encode(clean).Ids, Tokenizer.Encode(written).Ids);

    [Fact]
    public void HtmlEntities_MeanThemselves_WhereATagWasSeen() =>
        Assert.NotEqual(Tokenizer.Encode("<b> &").Ids, Tokenizer.Encode("<b> &amp;").Ids);

    [Fact(Timeout = 20_000)]
    public async Task VeryLongWords_TakeLittleTime()
    {
        var word = string.Concat(Enumerable.Repeat("abracadabra", 50_000));
        Assert.True(await Task.Run(() => Tokenizer.Encode(word).WasCut, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Encode_FromManyThreads_GivesTheSameIds()
    {
        var fresh = ToyboxTokenizer.Load();
        var texts = Enumerable.Range(0, 500).Select(i => $"{Words[i % Words.Length]}{i} of {i}").ToArray();
        var expected = texts.Select(text => Tokenizer.Encode(text).Ids).ToArray();
        Parallel.For(0, texts.Length * 4, i => Assert.Equal(expected[i % texts.Length], fresh.Encode(texts[i % texts.Length]).Ids));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void Decode_RefusesUnknownIds(long id) => Assert.Throws<ArgumentException>(() => Tokenizer.Decode([id]));
}

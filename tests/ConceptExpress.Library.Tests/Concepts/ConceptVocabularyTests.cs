using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;
using FsCheck.Xunit;

namespace ConceptExpress.Library.Tests.Concepts;

public sealed class ConceptVocabularyTests
{
    [Fact]
    public void OneFolder_KeepsItsWords() => Assert.Equal(["<asset0>", "<asset1>"], Words(Folder("a", "toys.png")));

    [Fact]
    public void TheSameWordInASecondFolder_IsToldApartByItsPrefix() =>
        Assert.Equal(["<asset0>", "<asset1>", "<room-asset0>", "<room-asset1>"], Words(Folder("a", "toys.png"), Folder("b", "room.jpg")));

    [Fact]
    public void FoldersOfOnePicture_AreNumbered() => Assert.Equal(
        ["<asset0>", "<asset1>", "<toys-asset0>", "<toys-asset1>", "<toys2-asset0>", "<toys2-asset1>"],
        Words(Folder("a", "toys.png"), Folder("b", "toys.png"), Folder("c", "toys.png")));

    [Fact]
    public void Prefix_IsTheOneInTheManifest()
    {
        var edited = Folder("b", "room.jpg");
        edited = edited with { Manifest = edited.Manifest with { Prefix = "kitchen" } };
        Assert.Equal(["<asset0>", "<asset1>", "<kitchen-asset0>", "<kitchen-asset1>"], Words(Folder("a", "toys.png"), edited));
    }

    [Fact]
    public void UnknownWords_AreNamedOnce()
    {
        var vocabulary = ConceptVocabulary.Of([WordSource.Of(Folder("a", "toys.png"))]);
        Assert.Equal(["<asset9>", "<b>"], vocabulary.UnknownIn("a photo of <asset0> and <asset9>, <b> and <asset9>"));
        Assert.Empty(vocabulary.UnknownIn("5 < 6 > 4, <asset1>"));
    }

    [Theory]
    [InlineData("a photo of asset0", "asset0", "<asset0>")]
    [InlineData("Asset1, on grass", "Asset1", "<asset1>")]
    [InlineData("a <Asset0>", "<Asset0>", "<asset0>")]
    [InlineData("a < asset0 >", "< asset0 >", "<asset0>")]
    [InlineData("<asset0> and asset1", "asset1", "<asset1>")]
    [InlineData("<asset0> and <ASSET0>", "<ASSET0>", "<asset0>")]
    public void WhatIsNearlyAWord_IsFound(string prompt, string written, string word)
    {
        var vocabulary = ConceptVocabulary.Of([WordSource.Of(Folder("a", "toys.png"))]);
        Assert.Equal([(written, word)], vocabulary.NearMissesIn(prompt));
        Assert.Empty(vocabulary.UnknownIn(prompt));
    }

    [Theory]
    [InlineData("a photo of <asset0> and <asset1>")]
    [InlineData("asset10, myasset0, asset0-x and <toys-asset0>")]
    [InlineData("<asset0> the asset0")]
    [InlineData("5 < 6 > 4")]
    public void OtherTexts_AreNoNearMisses(string prompt) =>
        Assert.Empty(ConceptVocabulary.Of([WordSource.Of(Folder("a", "toys.png"))]).NearMissesIn(prompt));

    [Fact]
    public void UniqueWordsOfOnePicture_GetOnlyANumber() => Assert.Equal(
        ["<toys-asset0>", "<toys2-asset0>"], Words(Unique("a", "toys-asset0"), Unique("b", "toys-asset0")));

    [Theory]
    [InlineData("a <asset0> on <b-c>", "a <toys-asset0> on <a-b-c>")]
    [InlineData("<toys-asset0>, <c>", "<toys-asset0>, <a-b-c>")]
    [InlineData("<one> <asset> <sset0> <Asset0> asset0", "<one> <asset> <sset0> <Asset0> asset0")]
    public void ShortForms_AreWhatFollowsADash_IfOneWordEndsSo(string prompt, string full)
    {
        var vocabulary = ConceptVocabulary.Of([WordSource.Of(Unique("a", "toys-asset0", "a-b-c", "x-one", "y-one"))]);
        Assert.Equal(full, vocabulary.InFull(prompt));
        Assert.Equal(prompt != full, vocabulary.ShortFormsIn(prompt).Any());
    }

    [Theory]
    [InlineData("a photo of asset0", "asset0")]
    [InlineData("a <Asset0>", "<Asset0>")]
    [InlineData("a toys-asset0", "toys-asset0")]
    public void WhatIsNearlyAShortForm_IsFound(string prompt, string written)
    {
        var vocabulary = ConceptVocabulary.Of([WordSource.Of(Unique("a", "toys-asset0"))]);
        Assert.Equal([(written, "<toys-asset0>")], vocabulary.NearMissesIn(prompt));
        Assert.Empty(vocabulary.UnknownIn(prompt));
    }

    static ConceptFolder Unique(string path, params string[] names) =>
        Folder(path, "toys.png") with { Words = [.. names.Select(name => new ConceptWord($"<{name}>", [[1, 2]]))] };

    [Property]
    public void Words_AreNeverAlike(byte folders)
    {
        var one = Folder($"f{folders}", "toys.png");
        var words = Words([.. Enumerable.Repeat(one, folders % 20 + 1)]);
        Assert.Equal(words.Count, words.Distinct().Count());
    }

    static List<string> Words(params ConceptFolder[] folders) =>
        [.. ConceptVocabulary.Of(folders.Select(WordSource.Of)).Words.Select(word => word.Token)];

    static ConceptFolder Folder(string path, string image) => new(path, Written with { Prefix = ConceptNames.PrefixFor(image) },
        [new ConceptWord("<asset0>", [[1, 2]]), new ConceptWord("<asset1>", [[3, 4]])]);

    static ConceptManifest Written { get; } = Write();

    static ConceptManifest Write()
    {
        using var temp = new TemporaryFolder();
        return ConceptFolderWriter.Write(temp.Path, Reports.LocatedOnly());
    }
}

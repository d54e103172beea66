using ConceptExpress.Toybox.Scenes;
using FsCheck.Xunit;

namespace ConceptExpress.Toybox.Tests.Scenes;

public class CaptionTests
{
    [Fact]
    public void Caption_TellsToysInDrawingOrder_WithoutThePlainPattern()
    {
        var scene = new Scene("grass", [new Toy("mushroom", "red", "dotted"), new Toy("kite", "orange", "plain")]);
        Assert.Equal("a photo of a red dotted mushroom and a orange kite on grass", scene.Caption);
    }

    [Property(MaxTest = 50)]
    public void Caption_HasOnlyWordsOfTheWorld(ulong seed)
    {
        var caption = SceneComposer.Compose(seed, new SceneSettings { Difficulty = SceneDifficulty.Hard }).Caption;
        Assert.All(caption.Split(' '), word => Assert.Contains(word, ToyWords.All));
    }

    [Fact]
    public void Words_AreEachOnce_InLowerCase()
    {
        Assert.Distinct(ToyWords.All);
        Assert.All(ToyWords.All, word => Assert.Matches("^[a-z]+$", word));
        Assert.Equal((20, 8, 4, 8), (ToyWords.Categories.Count, ToyWords.Colors.Count, ToyWords.Patterns.Count,
            ToyWords.Backgrounds.Count));
    }
}

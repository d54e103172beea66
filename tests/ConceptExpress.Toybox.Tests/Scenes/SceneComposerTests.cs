using ConceptExpress.Toybox.Scenes;
using FsCheck.Xunit;

namespace ConceptExpress.Toybox.Tests.Scenes;

public class SceneComposerTests
{
    const int Side = 96;
    const int Scenes = 120;

    /// <summary>Scenes are checked at 64 pixels; at others, shares of small toys differ by a little.</summary>
    const double Slack = 0.9;

    static IEnumerable<Scene> Composed(SceneDifficulty difficulty) =>
        Enumerable.Range(0, Scenes).Select(seed => SceneComposer.Compose((ulong)seed, new SceneSettings { Difficulty = difficulty }));

    [Property(MaxTest = 20)]
    public void TheSameSeed_ComposesTheSameScene_AndAnotherDoesNot(ulong seed)
    {
        var (scene, again) = (SceneComposer.Compose(seed, new SceneSettings()), SceneComposer.Compose(seed, new SceneSettings()));
        Assert.Equal(scene.Toys, again.Toys);
        Assert.Equal(scene with { Toys = [] }, again with { Toys = [] });
        Assert.NotEqual(scene.Toys, SceneComposer.Compose(seed + 1, new SceneSettings()).Toys);
    }

    [Theory]
    [InlineData(SceneDifficulty.Easy, 1, 3)]
    [InlineData(SceneDifficulty.Normal, 1, 4)]
    [InlineData(SceneDifficulty.Hard, 2, 5)]
    public void NumbersOfToys_AreTheDifficultys(SceneDifficulty difficulty, int fewest, int most)
    {
        var counts = Composed(difficulty).Select(scene => scene.Toys.Count).Distinct().Order();
        Assert.Equal(Enumerable.Range(fewest, most - fewest + 1), counts);
    }

    [Theory]
    [InlineData(SceneDifficulty.Easy, 1, 0.03)]
    [InlineData(SceneDifficulty.Normal, 0.55, 0.025)]
    [InlineData(SceneDifficulty.Hard, 0.4, 0.012)]
    public void EveryToy_ShowsEnoughOfItself(SceneDifficulty difficulty, double share, double area)
    {
        foreach (var scene in Composed(difficulty))
        {
            var visible = SceneRenderer.Render(scene, Side).Masks.Select(mask => mask.Area).ToList();
            var whole = scene.Toys.Select(toy => SceneRenderer.Render(scene with { Toys = [toy] }, Side).Masks[0].Area).ToList();
            for (var i = 0; i < visible.Count; i++)
                Assert.True(visible[i] >= Slack * share * whole[i] && visible[i] >= Slack * area * Side * Side,
                    $"{scene.Caption}: toy {i} shows {visible[i]} of {whole[i]} pixels");
        }
    }

    [Fact]
    public void Easy_HasToysOfDifferentCategories() =>
        Assert.All(Composed(SceneDifficulty.Easy), scene => Assert.Distinct(scene.Toys.Select(toy => toy.Category)));

    [Fact]
    public void Hard_HasToysOfTheSameCategory_SometimesOfTheSameColor()
    {
        var scenes = Composed(SceneDifficulty.Hard).ToList();
        Assert.InRange(scenes.Count(scene => scene.Toys.DistinctBy(toy => toy.Category).Count() < scene.Toys.Count), Scenes / 4,
            Scenes - 1);
        Assert.InRange(scenes.Count(scene => scene.Toys.DistinctBy(toy => (toy.Category, toy.Color)).Count() < scene.Toys.Count),
            Scenes / 20, Scenes / 2);
    }

    [Fact]
    public void OnlyHard_ReachesOverTheBorder()
    {
        Assert.DoesNotContain(Composed(SceneDifficulty.Easy).Concat(Composed(SceneDifficulty.Normal)), IsCropped);
        Assert.Contains(Composed(SceneDifficulty.Hard), IsCropped);
    }

    static bool IsCropped(Scene scene) => SceneRenderer.Render(scene, 64).Masks.Any(mask =>
        Enumerable.Range(0, 64).Any(i => mask[i, 0] || mask[i, 63] || mask[0, i] || mask[63, i]));

    [Theory]
    [InlineData(SceneDifficulty.Easy)]
    [InlineData(SceneDifficulty.Normal)]
    [InlineData(SceneDifficulty.Hard)]
    public void AnyFixedNumberOfToys_FindsRoom(SceneDifficulty difficulty)
    {
        for (var count = 1; count <= SceneSettings.MaxToys; count++)
            for (var seed = 0ul; seed < 12; seed++)
                Assert.Equal(count, SceneComposer.Compose(seed,
                    new SceneSettings { Difficulty = difficulty, ToyCount = count }).Toys.Count);
    }

    [Fact]
    public void PlainShare_IsTheShareOfPlainToys()
    {
        Assert.All(Patterns(1), pattern => Assert.Equal("plain", pattern));
        Assert.DoesNotContain("plain", Patterns(0));
    }

    static IEnumerable<string> Patterns(double plainShare) => Enumerable.Range(0, 20)
        .SelectMany(seed => SceneComposer.Compose((ulong)seed, new SceneSettings { PlainShare = plainShare }).Toys)
            .Select(toy => toy.Pattern);

    [Theory]
    [InlineData(0, null)]
    [InlineData(6, null)]
    [InlineData(2, 1.5)]
    [InlineData(2, double.NaN)]
    public void ImpossibleSettings_AreRefused(int count, double? plainShare) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneComposer.Compose(0,
            new SceneSettings { ToyCount = count, PlainShare = plainShare }));
}

using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;
using ConceptExpress.Toybox.Scenes.Backgrounds;
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
    [InlineData(SceneDifficulty.Touching, 2, 3)]
    [InlineData(SceneDifficulty.Border, 1, 3)]
    [InlineData(SceneDifficulty.Large, 1, 1)]
    [InlineData(SceneDifficulty.Empty, 0, 0)]
    public void NumbersOfToys_AreTheDifficultys(SceneDifficulty difficulty, int fewest, int most)
    {
        var counts = Composed(difficulty).Select(scene => scene.Toys.Count).Distinct().Order();
        Assert.Equal(Enumerable.Range(fewest, most - fewest + 1), counts);
    }

    [Theory]
    [InlineData(SceneDifficulty.Easy, 1, 0.03)]
    [InlineData(SceneDifficulty.Normal, 0.55, 0.025)]
    [InlineData(SceneDifficulty.Hard, 0.4, 0.012)]
    [InlineData(SceneDifficulty.Touching, 0.7, 0.018)]
    [InlineData(SceneDifficulty.Border, 0.8, 0.018)]
    [InlineData(SceneDifficulty.Large, 1, 0.4)]
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
    public void AlikeToys_HaveTheSameWords_AndKeepTheRulesOfTheirDifficulty()
    {
        var settings = new SceneSettings { Difficulty = SceneDifficulty.Easy, ToyCount = 3, AreAlike = true };
        for (var seed = 0UL; seed < 20; seed++)
        {
            var scene = SceneComposer.Compose(seed, settings);
            Assert.Equal(3, scene.Toys.Count);
            Assert.Single(scene.Toys.Select(toy => toy.Phrase).Distinct());
            Assert.Equal(3, scene.Toys.Select(toy => toy.DetailSeed).Distinct().Count());
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

    [Theory]
    [InlineData(SceneDifficulty.Touching, 1)]
    [InlineData(SceneDifficulty.Border, 4)]
    [InlineData(SceneDifficulty.Large, 2)]
    [InlineData(SceneDifficulty.Empty, 1)]
    public void NumbersOfToysThatTheKindDoesNotHave_AreRefused(SceneDifficulty difficulty, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            SceneComposer.Compose(0, new SceneSettings { Difficulty = difficulty, ToyCount = count }));

    [Fact]
    public void Touching_HasNeighboursOfTheSameWords()
    {
        foreach (var scene in Composed(SceneDifficulty.Touching))
        {
            Assert.Single(scene.Toys.DistinctBy(toy => (toy.Category, toy.Color, toy.Pattern)));
            var masks = SceneRenderer.Render(scene, Side).Masks;
            Assert.All(masks, mask => Assert.Contains(masks, other => other != mask && Distance(mask, other) <= 3));
        }
    }

    // Smallest distance of two masks in pixels, along rows and columns.
    static int Distance(Mask a, Mask b) => Enumerable.Range(1, 8).FirstOrDefault(distance =>
        Enumerable.Range(0, Side * Side).Any(at => a[at % Side, at / Side]
            && ((int X, int Y)[])[(distance, 0), (-distance, 0), (0, distance), (0, -distance)] is var steps
            && steps.Any(step => at % Side + step.X is >= 0 and < Side && at / Side + step.Y is >= 0 and < Side
                && b[at % Side + step.X, at / Side + step.Y])), int.MaxValue);

    [Fact]
    public void Border_CutsOffEveryToy() => Assert.All(Composed(SceneDifficulty.Border), scene => Assert.All(scene.Toys, toy =>
    {
        double Area(Toy posed) => SceneRenderer.Render(scene with { Toys = [posed] }, Side).Masks[0].Area;
        var outside = 1 - Area(toy) / (4 * Area(toy with { X = 0.5, Y = 0.5, Size = toy.Size / 2 }));
        Assert.InRange(outside, 0.08, 0.57); // rules are checked at 64 pixels
    }));

    [Fact]
    public void Large_FillsAboutHalf() => Assert.All(Composed(SceneDifficulty.Large), scene =>
        Assert.InRange(SceneRenderer.Render(scene, Side).Masks[0].Area / (double)(Side * Side), 0.38, 0.62));

    [Fact]
    public void Empty_IsOfFiveKinds()
    {
        var counts = Composed(SceneDifficulty.Empty).Select(scene => scene.Background)
            .CountBy(background => Nothings.Names.Contains(background) ? background : "ground").ToDictionary();
        Assert.Equal([.. Nothings.Names, "ground"], counts.Keys.ToHashSet());
        Assert.All(counts.Values, count => Assert.InRange(count, Scenes / 10, Scenes / 3));
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

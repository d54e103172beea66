using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Scenes;
using ConceptExpress.Toybox.Scenes.Drawing;
using FsCheck.Xunit;

namespace ConceptExpress.Toybox.Tests.Scenes;

public class SceneRendererTests
{
    public static TheoryData<string> Categories => [.. ToyWords.Categories];

    public static TheoryData<string> Colors => [.. ToyWords.Colors];

    [Property(MaxTest = 20)]
    public void TheSameScene_GivesTheSameBytes_OnAnyThread(ulong seed)
    {
        var pictures = new byte[4][];
        Parallel.For(0, pictures.Length, i => pictures[i] = Drawn(seed));
        Assert.All(pictures, bytes => Assert.Equal(pictures[0], bytes));
        Assert.NotEqual(pictures[0], Drawn(seed + 1));
    }

    static byte[] Drawn(ulong seed)
    {
        var rendered = SceneRenderer.Render(SceneComposer.Compose(seed, new SceneSettings()), 64);
        return [.. rendered.Picture.Pixels, .. rendered.Masks.SelectMany(mask => mask.Pixels.ToArray())
            .Select(inside => inside ? (byte)1 : (byte)0)];
    }

    [Property(MaxTest = 30)]
    public void Masks_AreOfThePicturesSize_NotEmpty_AndDisjoint(ulong seed)
    {
        var scene = SceneComposer.Compose(seed, new SceneSettings { Difficulty = SceneDifficulty.Hard });
        var (picture, masks) = SceneRenderer.Render(scene, 96);
        Assert.Equal(scene.Toys.Count, masks.Count);
        Assert.All(masks, mask => Assert.Equal(picture.Size, mask.Size));
        Assert.All(masks, mask => Assert.True(mask.Area > 0));
        Assert.Equal(masks.Sum(mask => mask.Area), Mask.Union(masks).Area);
    }

    [Theory, MemberData(nameof(Categories))]
    public void EveryCategory_FillsMuchOfItsSquare_InEveryPattern(string category)
    {
        foreach (var side in (int[])[64, 96])
        {
            var pictures = ToyWords.Patterns.Select(pattern => Single(new Toy(category, "blue", pattern), side)).ToList();
            Assert.Distinct(pictures.Select(rendered => Convert.ToHexString(rendered.Picture.Pixels)));
            Assert.All(pictures, rendered => Assert.InRange(Area(rendered) / (0.64 * side * side), 0.25, 0.9));
        }
    }

    [Theory, MemberData(nameof(Categories))]
    public void EveryCategory_ShowsItsColorOnMostOfItself(string category)
    {
        foreach (var color in (string[])["blue", "green", "purple"])
        {
            var rendered = Single(new Toy(category, color, "plain"), 96);
            var mask = rendered.Masks[0];
            var near = Enumerable.Range(0, 96 * 96).Count(i => mask.Pixels[i] && Nearest(rendered.Picture[i % 96, i / 96]) == color);
            Assert.True(near >= 0.55 * Area(rendered), $"{color} {category}: {near} of {Area(rendered)} pixels");
        }
    }

    [Theory, MemberData(nameof(Colors))]
    public void TypicalColorOfAPlainToy_IsNearestToItsWord(string color)
    {
        foreach (var category in ToyWords.Categories)
            Assert.True(Nearest(MedianColor(Single(new Toy(category, color, "plain"), 96))) == color, $"{color} {category}");
    }

    [Fact]
    public void EveryBackground_IsItsOwn_AndVariesWithTheSeed()
    {
        foreach (var side in (int[])[64, 96])
        {
            var pictures = from background in ToyWords.Backgrounds
                           from seed in (ulong[])[0, 1]
                           let scene = new Scene(background, []) { BackgroundSeed = seed, Clutter = 5 }
                           select Convert.ToHexString(SceneRenderer.Render(scene, side).Picture.Pixels);
            Assert.Distinct(pictures);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(512)]
    public void ASceneLooksTheSame_AtEverySize(int side)
    {
        var scene = SceneComposer.Compose(7, new SceneSettings());
        var (rendered, usual) = (SceneRenderer.Render(scene, side), SceneRenderer.Render(scene, 96));
        Assert.Equal((side, side), (rendered.Picture.Width, rendered.Picture.Height));
        if (side > 1) Assert.Equal(Area(usual) / (96.0 * 96), Area(rendered) / (double)(side * side), 0.03);
    }

    static RenderedScene Single(Toy toy, int side) => SceneRenderer.Render(new Scene("wood", [toy with { Size = 0.8 }]), side);

    static double Area(RenderedScene rendered) => rendered.Masks[0].Area;

    /// <summary>The median of every channel inside the mask, which windows and wheels do not move.</summary>
    static (byte, byte, byte) MedianColor(RenderedScene rendered)
    {
        var (picture, mask) = (rendered.Picture, rendered.Masks[0]);
        var inside = Enumerable.Range(0, mask.Pixels.Length).Where(i => mask.Pixels[i])
            .Select(i => picture[i % picture.Width, i / picture.Width]).ToList();
        byte Median(Func<(byte Red, byte Green, byte Blue), byte> channel) => inside.Select(channel).Order().ElementAt(inside.Count / 2);
        return (Median(pixel => pixel.Red), Median(pixel => pixel.Green), Median(pixel => pixel.Blue));
    }

    /// <summary>The colour word that is nearest; brightness, which shading changes, counts less.</summary>
    static string Nearest((byte Red, byte Green, byte Blue) color) => ToyWords.Colors.MinBy(word =>
    {
        var meant = ToyPalette.Of(word).Base;
        var (red, green, blue) = (color.Red - meant.Red, color.Green - meant.Green, color.Blue - meant.Blue);
        var brightness = (red + green + blue) / 3.0;
        return Math.Pow(red - brightness, 2) + Math.Pow(green - brightness, 2) + Math.Pow(blue - brightness, 2)
            + brightness * brightness / 3;
    })!;
}

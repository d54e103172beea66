using ConceptExpress.Encoders.Naming;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests.Naming;

public class PictureWordsTests
{
    const int Side = 96, Cell = 8;

    static RgbImage Disc => new(PixelSize.Square(Side),
        [.. Enumerable.Range(0, Side * Side).SelectMany(i => IsInside(i) ? new byte[] { 220, 30, 30 } : [40, 160, 60])]);

    static bool IsInside(int pixel) => Math.Pow(pixel % Side - 48, 2) + Math.Pow(pixel / Side - 44, 2) < 26 * 26;

    // As coarse as the cells of a latent, and a little too large.
    static Mask Coarse => new(PixelSize.Square(Side), [.. Enumerable.Range(0, Side * Side).Select(i =>
    {
        var corner = i / Side / Cell * Cell * Side + i % Side / Cell * Cell;
        return Enumerable.Range(0, Cell * Cell).Any(j => IsInside(corner + j / Cell * Side + j % Cell));
    })]);

    static int Green(RgbImage picture) => Enumerable.Range(0, picture.Width * picture.Height)
        .Count(i => picture.Pixels[3 * i + 1] > picture.Pixels[3 * i] + 50);

    static int Red(RgbImage picture) => Enumerable.Range(0, picture.Width * picture.Height)
        .Count(i => picture.Pixels[3 * i] > picture.Pixels[3 * i + 1] + 50);

    [Fact]
    public void ACloseUp_FollowsTheEdgesOfTheThing()
    {
        var (close, plain) = (CloseUpView.Of(Disc, Coarse, Cell, Side), CutOut.Of(Disc, Coarse, Side));
        Assert.Equal(PixelSize.Square(Side), close.Size);
        Assert.True(Green(plain) > 300, $"{Green(plain)}");
        Assert.True(Green(close) < Green(plain) / 2, $"{Green(close)} of {Green(plain)} pixels of ground are left");
        Assert.True(Red(close) > 0.95 * Red(plain), $"{Red(close)} of {Red(plain)} pixels of the thing are left");
    }

    [Fact]
    public void ACloseUp_OfNothing_IsRefused() => Assert.Throws<ArgumentException>(() =>
        CloseUpView.Of(Disc, new Mask(PixelSize.Square(Side), new bool[Side * Side]), Cell, Side));

    [Fact]
    public void NearestWords_AreThoseWithTheHighestCosines_AtEveryCall()
    {
        string[] words = ["ball", "red", "house", "green", "tree"];
        using var scope = NewDisposeScope();
        using var clip = ClipEncoder.Load(TestFolders.ToyboxClip);
        using var names = new PictureWords(clip, words);
        var close = CloseUpView.Of(Disc, Coarse, Cell, Side);
        var seen = nn.functional.normalize(clip.Encode([close]), dim: 1)[0];
        var cosines = words.Select(word => nn.functional.normalize(clip.EncodeText([$"a photo of a {word}"]), dim: 1)[0].dot(seen)
            .item<float>()).ToList();
        var near = names.Nearest(close, 3);
        Assert.Equal([.. words.Zip(cosines).OrderByDescending(pair => pair.Second).Select(pair => pair.First).Take(3)],
            near.Select(word => word.Word));
        Assert.All(near, word => Assert.Equal(cosines[Array.IndexOf(words, word.Word)], word.Cosine, 2e-3));
        Assert.Equal(near, names.Nearest(close, 3));
    }
}

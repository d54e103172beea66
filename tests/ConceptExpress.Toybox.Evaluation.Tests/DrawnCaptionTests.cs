using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation.Tests;

public class DrawnCaptionTests
{
    static readonly RgbImage Nothing = new(PixelSize.Square(1), new byte[3]);

    static DrawnCaption Drawn(string[] toys, string[] verdicts) => new(
        new Scene("grass", [.. toys.Select(words => words.Split(' ')).Select(words => new Toy(words[1], words[0], "plain"))]), Nothing,
        [.. verdicts.Select(words => words.Split(' ')).Select(words => new Verdict(words[1], words[0], "plain", "grass"))]);

    [Theory]
    [InlineData("red duck|blue car", "red duck|blue car", true)]
    [InlineData("red duck|blue car", "blue car|red duck", true)]
    [InlineData("red duck|blue car", "blue car|green ball|red duck", true)]
    [InlineData("red duck|blue car", "red car|blue duck", false)]
    [InlineData("red duck|blue car", "red duck", false)]
    [InlineData("red duck|red duck", "red duck|blue car", false)]
    [InlineData("red duck|red duck", "red duck|red duck", true)]
    [InlineData("red duck", "", false)]
    public void ACaptionIsFollowed_WhenEveryToyHasAVerdictOfItsOwn(string toys, string verdicts, bool follows) =>
        Assert.Equal(follows, Drawn(toys.Split('|'), verdicts.Split('|', StringSplitOptions.RemoveEmptyEntries))
            .Follows(agreement => agreement.Category && agreement.Color));
}

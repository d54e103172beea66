using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

public sealed class InputsTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    public InputsTests()
    {
        temp.Fill("a/out/picture.png", "a/out/drawn/mask0.png", "a/outside.png", "a/out2/picture.png");
        Directory.CreateSymbolicLink(temp["link"], temp["a"]);
        Directory.CreateSymbolicLink(temp["direct"], temp["a/out"]);
        File.CreateSymbolicLink(temp["picture"], temp["a/out/picture.png"]);
        Directory.CreateSymbolicLink(temp["masks"], Path.Combine("link", "out", "drawn"));
    }

    public static TheoryData<string, string> Inside => new MatrixTheoryData<string, string>(
        ["a/out", "a/out/", "a/./out", "a/out2/../out", "link/out", "direct", "direct/."],
        ["a/out/picture.png", "a/out/drawn", "a/out/drawn/", "a/out/../out/picture.png", "link/out/picture.png", "direct/picture.png",
            "picture", "masks", "a/out", "direct/"]);

    /// <summary>Whatever may be replaced, an input is none of it.</summary>
    [Theory]
    [MemberData(nameof(Inside))]
    public void FolderThatHoldsAnInput_IsRefused_AndLeftAsItWas(string output, string input)
    {
        var before = temp.State();
        foreach (var replace in new[] { true, false })
        {
            var refusal = Assert.Throws<OutputOccupiedException>(() => new OutputFolder(temp[output], ResultNames.Extraction, replace)
                .Check(null, temp[input]));
            Assert.False(refusal.Replaceable);
            Assert.Contains("input", refusal.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, temp.State());
    }

    [Theory]
    [InlineData("a/outside.png")]
    [InlineData("a/out2/picture.png")]
    [InlineData("a/out/../outside.png")]
    [InlineData("a")]
    [InlineData("absent/picture.png")]
    public void InputsElsewhere_AreNoMatter(string input) =>
        new OutputFolder(temp["direct"], ResultNames.Extraction, replace: true).Check(temp[input]);

    public void Dispose() => temp.Dispose();
}

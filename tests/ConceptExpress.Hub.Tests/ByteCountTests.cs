namespace ConceptExpress.Hub.Tests;

public sealed class ByteCountTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(3_438_354_725, "3.44 GB")]
    [InlineData(45_600_000, "45.6 MB")]
    public void Words_HaveThreeDigits(long bytes, string words) => Assert.Equal(words, ByteCount.Words(bytes));

    [Theory]
    [InlineData("20GB", 20_000_000_000)]
    [InlineData("1.5 tb", 1_500_000_000_000)]
    [InlineData("0B", 0)]
    [InlineData("12kB", 12_000)]
    public void Sizes_AreRead(string text, long bytes) => Assert.Equal(bytes, ByteCount.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("1e9GB")]
    [InlineData("20GiB")]
    [InlineData("9999999999999TB")]
    public void OtherTexts_AreNoSizes(string text) => Assert.Null(ByteCount.TryParse(text));
}

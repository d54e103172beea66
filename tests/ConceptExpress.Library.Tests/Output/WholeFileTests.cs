using System.Text;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

public sealed class WholeFileTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void Text_IsWrittenAsUtf8_WithoutAMark()
    {
        WholeFile.Write(temp["x.txt"], "ü 出力\n");
        Assert.Equal("ü 出力\n"u8.ToArray(), File.ReadAllBytes(temp["x.txt"]));
        Assert.Equal(["x.txt"], temp.Files());
    }

    [Fact]
    public void ShorterText_ReplacesLonger()
    {
        WholeFile.Write(temp["x.txt"], new string('a', 100_000));
        WholeFile.Write(temp["x.txt"], "b");
        Assert.Equal("b", File.ReadAllText(temp["x.txt"]));
    }

    [Fact]
    public void EarlierFile_Stays_UntilTheNewOneIsWhole()
    {
        File.WriteAllText(temp["x.txt"], "old");
        WholeFile.Write(temp["x.txt"], stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes("new"));
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(temp["x.txt"]));
        });
        Assert.Equal("new", File.ReadAllText(temp["x.txt"]));
    }

    [Fact]
    public void EarlierFile_Stays_WhenWritingFails()
    {
        File.WriteAllText(temp["x.txt"], "old");
        Assert.Throws<IOException>(() => WholeFile.Write(temp["x.txt"], stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }));
        Assert.Equal("old", File.ReadAllText(temp["x.txt"]));
        Assert.Equal(["x.txt"], temp.Files());
    }

    [Fact]
    public void WhatAKilledRunLeft_IsWrittenOver()
    {
        File.WriteAllText(temp["x.txt" + WholeFile.Unfinished], new string('a', 1000));
        WholeFile.Write(temp["x.txt"], "b");
        Assert.Equal("b", File.ReadAllText(temp["x.txt"]));
        Assert.Equal(["x.txt"], temp.Files());
    }

    [Fact]
    public void MissingFolder_IsAnError() => Assert.ThrowsAny<IOException>(() => WholeFile.Write(temp["absent/x.txt"], "b"));

    public void Dispose() => temp.Dispose();
}

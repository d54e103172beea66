using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Output;

public sealed class FailedWritesTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Theory]
    [InlineData("out")]
    [InlineData("a/b/out")]
    public void NewFolder_IsNotThere_WhenTheWorkFails(string path)
    {
        Assert.Throws<OperationCanceledException>(() => Write(path, fresh =>
        {
            Directory.CreateDirectory(Path.Combine(fresh, "masks"));
            File.WriteAllText(Path.Combine(fresh, "masks/x"), "1");
            throw new OperationCanceledException();
        }));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public void ParentsThatSomebodyUsesMeanwhile_Stay_WhenTheWorkFails()
    {
        Assert.Throws<OperationCanceledException>(() => Write("a/b/out", _ =>
        {
            temp.Fill("a/mine.txt");
            throw new OperationCanceledException();
        }));
        Assert.Equal(["a /", $"a/mine.txt {Convert.ToHexString("mine"u8)}"], temp.State());
    }

    [Fact]
    public void EarlierResults_Stay_WhenTheWorkFails()
    {
        var before = Earlier();
        var refusal = Assert.Throws<OutputException>(() => Write("out", fresh =>
        {
            ConceptFolderWriter.Write(fresh, Reports.Learned(seed: 8));
            throw new IOException("No space left on device");
        }));
        Assert.Contains("No space left on device", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, temp.State());
    }

    /// <summary>A folder stands where a new file should go, so that moving fails after others were moved.</summary>
    [Theory]
    [InlineData("aaa")]
    [InlineData("zzz")]
    [InlineData("previews/zzz")]
    public void EarlierResults_ComeBack_WhenTheExchangeFails(string blocked)
    {
        Earlier();
        Directory.CreateDirectory(temp[$"out/{blocked}"]);
        var before = temp.State();
        Assert.Throws<OutputException>(() => Write("out", fresh =>
        {
            ConceptFolderWriter.Write(fresh, Reports.Learned(seed: 8));
            Directory.CreateDirectory(Path.Combine(fresh, "newer/still"));
            File.WriteAllText(Path.Combine(fresh, "newer/still/x"), "1");
            File.WriteAllText(Path.Combine(fresh, blocked), "1");
        }));
        Assert.Equal(before, temp.State());
    }

    [Fact]
    public void EarlierFile_ComesBack_WhereAFolderTookItsPlace()
    {
        temp.Fill("out/a", "out/c");
        var before = temp.State();
        var kind = new OutputKind("test", new("(?!)"), _ => ["a"]);
        Assert.Throws<OutputException>(() => new OutputFolder(temp["out"], kind, replace: true).Write(fresh =>
        {
            Directory.CreateDirectory(Path.Combine(fresh, "a"));
            foreach (var file in new[] { "a/b", "c" }) File.WriteAllText(Path.Combine(fresh, file), "new"); // c is in the way
        }));
        Assert.Equal(before, temp.State());
    }

    /// <summary>What cannot go back is not thrown away with what is unfinished.</summary>
    [Fact]
    public void EarlierResultsThatCannotComeBack_AreKept_AndTheMessageSaysWhere()
    {
        temp.Fill("out/a", "out/b");
        var kind = new OutputKind("test", new("(?!)"), _ => new Spoiled(["a", "b"], () =>
        {
            if (File.Exists(temp["out/b"])) return; // nothing is moved yet
            Directory.CreateDirectory(temp["out/b"]);
            throw new IOException("the disk is gone");
        }));
        var refusal = Assert.Throws<OutputException>(() => new OutputFolder(temp["out"], kind, replace: true).Write(_ => { }));
        var kept = Assert.Single(temp.Files(), file => file.EndsWith("/b", StringComparison.Ordinal));
        Assert.Equal("mine", File.ReadAllText(temp[kept]));
        Assert.Contains(Path.GetDirectoryName(kept)!, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("out/a", temp.Files());
    }

    /// <summary>A list at whose first entry, the last to be moved, something happens.</summary>
    sealed class Spoiled(IReadOnlyList<string> files, Action meanwhile) : IReadOnlyList<string>
    {
        public int Count => files.Count;

        public string this[int index]
        {
            get
            {
                if (index == 0) meanwhile();
                return files[index];
            }
        }

        public IEnumerator<string> GetEnumerator() => files.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    [Fact]
    public void WhatComesMeanwhile_IsNotReplaced()
    {
        Earlier();
        Assert.Throws<OutputOccupiedException>(() => Write("out", fresh =>
        {
            ConceptFolderWriter.Write(fresh, Reports.Learned(seed: 8));
            temp.Fill("out/masks/asset9.png");
        }));
        Assert.Equal("mine", File.ReadAllText(temp["out/masks/asset9.png"]));
        Assert.Equal(7, ConceptFolder.ReadManifest(temp["out"]).Settings!.Seed);
    }

    [Fact]
    public void NewFolderThatComesMeanwhile_IsLeftAlone()
    {
        Assert.Throws<OutputException>(() => Write("out", fresh =>
        {
            File.WriteAllText(Path.Combine(fresh, "x"), "1");
            temp.Fill("out/theirs.txt");
        }));
        Assert.Equal(["out/theirs.txt"], temp.Files());
    }

    string[] Earlier()
    {
        Folders.Extract(temp["out"], logged: true);
        temp.Fill("out/notes.txt");
        return temp.State();
    }

    void Write(string path, Action<string> fill) => new OutputFolder(temp[path], ResultNames.Extraction, replace: true).Write(fill);

    public void Dispose() => temp.Dispose();
}

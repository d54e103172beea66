using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static ConceptExpress.Diffusion.Checkpoints.Pickles.PickleOpcode;
using static ConceptExpress.Testing.Pickles.TorchFiles;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.Pickles;

/// <summary>Small pickles that ask for much work, memory or depth.</summary>
public sealed class PickleLimitTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Refusal(byte[] file)
    {
        var path = folder.Write("hostile.pt", file);
        return Assert.Throws<CheckpointException>(() => PickleFile.Open(path)).Message;
    }

    [Fact]
    public void Nesting_IsLimited_WithoutRecursion()
    {
        Assert.Contains("nested deeper", Refusal(Zip(Pickle(w =>
            w.Op(EMPTY_TUPLE).Raw([.. Enumerable.Repeat((byte)TUPLE1, 1_000_000)])), [])));
        Assert.Contains("nested deeper", Refusal(Zip(Pickle(w =>
        {
            for (var i = 0; i < 500; i++) w.Op(EMPTY_LIST);
            for (var i = 0; i < 499; i++) w.Op(APPEND);
            return w;
        }), [])));
    }

    [Fact]
    public void Repetition_IsLimited_AfterUnfolding() =>
        Assert.Contains("unfolds to more", Refusal(Zip(Pickle(w =>
        {
            w.Op(EMPTY_TUPLE);
            for (var i = 0; i < 60; i++) w.Op(DUP).Op(TUPLE2);
            return w;
        }), [])));

    [Fact]
    public void Operations_AreLimited()
    {
        var many = Pickle(w => w.Op(MARK).Raw([.. Enumerable.Repeat((byte)NONE, PickleCursor.MaxOperations)]).Op(LIST));
        Assert.Contains("operations allowed", Refusal(Zip(many, [])));
        // Few opcodes that each copy a long list.
        var copies = Pickle(w =>
        {
            var pairs = Enumerable.Range(0, 30_000).Select(i => (object?)new object?[] { i, i }).ToList();
            var name = new StoredName("collections", "OrderedDict");
            w.Value(name).Value(pairs).Op(TUPLE1).Op(BINPUT, 250).Op(REDUCE).Op(POP);
            for (var i = 0; i < 1000; i++) w.Value(name).Op(BINGET, 250).Op(REDUCE);
            return w;
        });
        Assert.Contains("operations allowed", Refusal(Zip(copies, [])));
    }

    [Fact]
    public void Lengths_AreLimited_EvenIfTheFileIsThatLong()
    {
        using (var stream = File.Create(folder["long"])) // a sparse file: mostly a hole on the disk
        {
            stream.Write(Legacy(Pickle(w => w.Op(BINBYTES, 0, 0, 0, 5), stop: false), [])[..^PickleWriter.Of(new List<object?>()).Length]);
            stream.SetLength(100_000_000);
        }
        Assert.Contains("BINBYTES", Assert.Throws<CheckpointException>(() => PickleFile.Open(folder["long"])).Message);
        Assert.Contains("bytes allowed for a pickle", Assert.Throws<CheckpointException>(() => PickleFile.Open(folder["long"])).Message);
    }
}

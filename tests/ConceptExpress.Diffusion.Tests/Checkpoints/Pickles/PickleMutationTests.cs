using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static ConceptExpress.Testing.Pickles.TorchFiles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.Pickles;

/// <summary>Thousands of damaged files: each is read or refused, and costs little.</summary>
public sealed class PickleMutationTests : IDisposable
{
    const long MaxAllocated = 4_000_000;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static byte[][] Originals()
    {
        var (a, b) = (Floats("0", 6), new StoredRow("BoolStorage", "1", 2, [0, 1]));
        var transposed = new StoredTensor(a, 1, [2, 2], [1, 3], IsParameter: true);
        var vectors = Dict(("_parameters", Dict(("*", Whole(a, 6)))));
        object?[] data = ["text", 1, 70_000, -1, 0.5, 1L << 40, true, null, new object?[] { 1, 2, 3, 4 }];
        var root = Dict(
            ("state_dict", new StoredOrder(("w", Whole(a, 2, 3)), ("t", transposed), ("b", Whole(b, 2)))),
            ("note", data.ToList()),
            ("words", new StoredCall(new("torch.nn.modules.container", "ParameterDict"), [], vectors, IsNew: true)),
            ("size", new StoredCall(new("torch", "Size"), [new object?[] { 2 }])));
        // Embedding files of other programs: the tensor below "string_to_param", or the word alone.
        var embedding = Dict(("string_to_token", Dict(("*", 265))), ("string_to_param", Dict(("*", Whole(a, 2, 3)))), ("name", "toy"));
        var word = Dict(("<toy>", Whole(a, 6)));
        return
        [
            .. from protocol in new[] { 2, 4 }
               from tree in new object[] { root, embedding, word }
               let rows = tree == root ? new[] { a, b } : [a]
               from file in new[] { Zip(tree, rows, protocol), Legacy(tree, rows, protocol) }
               select file,
        ];
    }

    [Fact]
    public void MutatedPickles_AreReadOrRefused()
    {
        var originals = Originals();
        new MutationRun("pickle", 20240607, MaxAllocated, typeof(CheckpointException)).Run(
            (i, random) => Mutated(originals[i % originals.Length], originals, random),
            (bytes, _) => ReadAll(folder.Write("a", bytes)), _ => folder["a"]);
    }

    // Half of them get opcodes and pieces of other pickles.
    static byte[] Mutated(byte[] original, byte[][] all, Random random)
    {
        if (random.Next(2) == 0) return Mutation.OfBytes(original, random);
        List<byte> bytes = [.. original];
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            if (random.Next(2) == 0) bytes.Insert(at, (byte)Enum.GetValues<PickleOpcode>()[random.Next(60)]);
            else bytes.InsertRange(at, all[random.Next(all.Length)].Skip(random.Next(800)).Take(random.Next(1, 20)));
        }
        return [.. bytes];
    }

    static void ReadAll(string path)
    {
        using var scope = NewDisposeScope();
        using var file = PickleFile.Open(path);
        foreach (var name in file.Names) Assert.Equal(file[name].Shape, file.Read(name).shape);
        foreach (var tensor in Tensors(file.Root)) Assert.Equal(tensor.Count, file.Read(tensor).NumberOfElements);
    }

    static IEnumerable<PickleTensor> Tensors(PickleValue value) => value switch
    {
        PickleTensor tensor => [tensor],
        PickleDict dict => dict.Entries.SelectMany(entry => Tensors(entry.Key).Concat(Tensors(entry.Value))),
        PickleList list => list.Items.SelectMany(Tensors),
        _ => [],
    };
}

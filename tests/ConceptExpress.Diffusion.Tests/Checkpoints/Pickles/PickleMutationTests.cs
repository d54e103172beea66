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
    const int Mutations = 10_000;
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
        return [.. new[] { 2, 4 }.SelectMany(protocol => new[] { Zip(root, [a, b], protocol), Legacy(root, [a, b], protocol) })];
    }

    [Fact]
    public void Open_OfAMutatedFile_ReadsItOrRefusesItCheaply()
    {
        var random = new Random(20240607);
        var originals = Originals();
        var (read, refused) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            var path = folder.Write("a", Mutated(originals[i % originals.Length], originals, random));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(path);
                read++;
            }
            catch (CheckpointException e)
            {
                Assert.StartsWith(path, e.Message);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
        }
        Assert.True(read > Mutations / 100 && refused > Mutations / 4, $"{read} read, {refused} refused");
    }

    static byte[] Mutated(byte[] original, byte[][] all, Random random)
    {
        List<byte> bytes = [.. original];
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes[at] = new byte[] { 0, 1, 127, 128, 255 }[random.Next(5)]; break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                case 4: bytes.InsertRange(at, all[random.Next(all.Length)].Skip(random.Next(800)).Take(random.Next(1, 20))); break;
                default: bytes.Insert(at, (byte)Enum.GetValues<PickleOpcode>()[random.Next(60)]); break;
            }
            if (bytes.Count == 0) bytes.Add(0);
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

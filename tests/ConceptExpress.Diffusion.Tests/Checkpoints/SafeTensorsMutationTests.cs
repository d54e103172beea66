using System.Buffers.Binary;
using System.Text;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>Thousands of damaged safetensors files: each is read or refused, and costs little.</summary>
public sealed class SafeTensorsMutationTests : IDisposable
{
    const long MaxAllocated = 1_000_000;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void MutatedSafeTensors_AreReadOrRefused()
    {
        using var scope = NewDisposeScope();
        ScalarType[] types = [ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Bool];
        SafeTensorsWriter.Write(folder["whole"],
            types.Select((type, i) => ($"layer.{i}.weight", ones(i, 2).to_type(type))).Append(("scalar", tensor(1.5f))),
            new Dictionary<string, string> { ["format"] = "pt", ["note"] = "{\"a\":1}" });
        byte[][] originals = [SafeTensorsBytes.Of(SafeTensorsBytes.TwoTensors, 8), File.ReadAllBytes(folder["whole"])];
        new MutationRun("safetensors", 20261127, MaxAllocated, typeof(CheckpointException)).Run(
            (i, random) => Mutated(originals[i % originals.Length], random), (bytes, _) => ReadAll(folder.Write("a", bytes)),
            _ => folder["a"]);
    }

    // Half of them have a header that is changed as JSON, with its right length before it; else most would only show a wrong length.
    static byte[] Mutated(byte[] file, Random random)
    {
        if (random.Next(2) == 0) return Mutation.OfBytes(file, random);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        var header = Mutation.OfJson(Encoding.UTF8.GetString(file, 8, length), random);
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. file[(8 + length)..]];
    }

    static void ReadAll(string path)
    {
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(path);
        foreach (var name in file.Names) Assert.Equal(file[name].Shape, file.Read(name).shape);
    }
}

using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using FsCheck;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

public sealed class SafeTensorsProperties : IDisposable
{
    static readonly ScalarType[] Types =
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32,
        ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static List<(string Name, Tensor Tensor)> SomeTensors(int seed)
    {
        using var generator = new Generator((ulong)seed);
        return [.. Types.Select((type, i) =>
        {
            long[] shape = [(seed + i) % 4, 1 + i % 3, 2];
            return ($"t.{i}.ä\"{seed % 7}", rand(shape, generator: generator).mul(5).to_type(type));
        }), ("scalar", tensor(1.5f))];
    }

    [Property(MaxTest = 40)]
    public void Write_ThenRead_GivesTheSameTensorsAndMetadata(NonNegativeInt seed, NonNull<string> text)
    {
        using var scope = NewDisposeScope();
        var tensors = SomeTensors(seed.Get);
        // A lone surrogate is not text that JSON can hold.
        var kept = string.Concat(text.Get.Where(c => !char.IsSurrogate(c)));
        SafeTensorsWriter.Write(folder["a"], tensors, new Dictionary<string, string> { ["note"] = kept });

        using var file = SafeTensorsFile.Open(folder["a"]);
        Assert.Equal(kept, file.Metadata["note"]);
        Assert.Equal(tensors.Count, file.Names.Count);
        foreach (var (name, tensor) in tensors)
        {
            var read = file.Read(name);
            Assert.Equal(tensor.dtype, read.dtype);
            Assert.Equal(tensor.shape, read.shape);
            Assert.True(read.Equals(tensor) || tensor.NumberOfElements == 0);
            Assert.Equal(0, file[name].Offset % read.ElementSize);
        }
    }

    [Property(MaxTest = 10)]
    public void Write_GivesTheSameBytes_WhateverTheOrderOfNames(NonNegativeInt seed)
    {
        using var scope = NewDisposeScope();
        var tensors = SomeTensors(seed.Get);
        SafeTensorsWriter.Write(folder["a"], tensors, new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        tensors.Reverse();
        SafeTensorsWriter.Write(folder["b"], tensors, new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Property(MaxTest = 600)]
    public void Open_OfAMutatedFile_ReadsItOrRefusesItCheaply((int Position, byte Value)[] changes, byte cut)
    {
        var bytes = SafeTensorsBytes.Of(SafeTensorsBytes.TwoTensors, 8);
        foreach (var (position, value) in changes) bytes[(uint)position % bytes.Length] = value;
        var path = folder.Write("a", cut % 4 == 0 ? bytes[..(bytes.Length - Math.Min(bytes.Length, cut / 4))] : bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var scope = NewDisposeScope();
            using var file = SafeTensorsFile.Open(path);
            Assert.InRange(file.Names.Sum(name => file.Read(name).NumberOfElements), 0, 8);
        }
        catch (CheckpointException e)
        {
            Assert.StartsWith(path, e.Message);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Write_TakesViewsOfOtherTensors()
    {
        using var scope = NewDisposeScope();
        var view = arange(12, dtype: ScalarType.Float32).view(3, 4).t().slice(0, 1, 3, 1);
        SafeTensorsWriter.Write(folder["a"], [("v", view)]);
        using var file = SafeTensorsFile.Open(folder["a"]);
        Assert.Equal([1f, 5f, 9f, 2f, 6f, 10f], file.Read("v").data<float>().ToArray());
    }

    [Fact]
    public void Write_RefusesNamesUsedTwiceOrReserved()
    {
        using var one = ones(1);
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(folder["a"], [("x", one), ("x", one)]));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(folder["a"], [("__metadata__", one)]));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Write_IntoAMissingFolder_IsACheckpointException()
    {
        using var one = ones(1);
        var path = Path.Combine(folder.Path, "none", "a");
        Assert.StartsWith(path, Assert.Throws<CheckpointException>(() => SafeTensorsWriter.Write(path, [("x", one)])).Message);
    }
}

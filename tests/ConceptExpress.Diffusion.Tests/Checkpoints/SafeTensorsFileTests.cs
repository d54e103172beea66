using System.Text;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

public sealed class SafeTensorsFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Read_TakesTheBytesOfTheEntry()
    {
        var path = folder.Write("a.safetensors", SafeTensorsBytes.Of(SafeTensorsBytes.TwoTensors, 8));
        using var file = SafeTensorsFile.Open(path);

        Assert.Equal(["a", "b"], file.Names);
        Assert.Equal("v", file.Metadata["k"]);
        Assert.Equal(ScalarType.Byte, file["b"].Type);
        Assert.Equal([2, 2], file["b"].Shape);
        Assert.Equal(4, file["b"].Length);
        using var a = file.Read("a");
        Assert.Equal([0x0100, 0x0302], a.data<short>().ToArray());
        using var b = file.Read("b", ScalarType.Float32);
        Assert.Equal([4f, 5f, 6f, 7f], b.data<float>().ToArray());
    }

    [Fact]
    public void Read_OfBool_TakesEveryByteButZeroForTrue()
    {
        var path = folder.Write("a.safetensors", SafeTensorsBytes.Of("""{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}""", 3));
        using var file = SafeTensorsFile.Open(path);
        using var a = file.Read("a");
        Assert.Equal([false, true, true], a.data<bool>().ToArray());
        Assert.Equal(2, a.sum().item<long>());
    }

    [Theory]
    [InlineData("[]", 1)]
    [InlineData("[0]", 0)]
    [InlineData("[3,0,5]", 0)]
    public void Read_OfScalarsAndEmptyTensors_KeepsTheShape(string shape, int length)
    {
        var header = $$$"""{"a":{"dtype":"I8","shape":{{{shape}}},"data_offsets":[0,{{{length}}}]}}""";
        var path = folder.Write("a.safetensors", SafeTensorsBytes.Of(header, length));
        using var file = SafeTensorsFile.Open(path);
        using var a = file.Read("a");
        Assert.Equal(file["a"].Shape, a.shape);
        Assert.Equal(length, a.NumberOfElements);
    }

    [Fact]
    public void Read_ReachesBeyondTwoGigabytes_AndReadsLongTensorsInPieces()
    {
        const long a = 300_000_000, b = a + 2_300_000_000, end = b + 4; // a sparse file: mostly holes on the disk
        var header = SafeTensorsBytes.Of($$$"""
            {"a":{"dtype":"U8","shape":[{{{a}}}],"data_offsets":[0,{{{a}}}]},
            "between":{"dtype":"U8","shape":[{{{b - a}}}],"data_offsets":[{{{a}}},{{{b}}}]},
            "b":{"dtype":"U8","shape":[4],"data_offsets":[{{{b}}},{{{end}}}]}}
            """, 0);
        using (var stream = File.Create(folder["large"]))
        {
            stream.Write(header);
            stream.Position = header.Length + (1 << 28);
            stream.Write([1, 2, 3]);
            stream.Position = header.Length + b;
            stream.Write([4, 5, 6, 7]);
        }
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(folder["large"]);
        Assert.Equal([4, 5, 6, 7], file.Read("b").data<byte>().ToArray());
        Assert.Equal([0, 1, 2, 3, 0], file.Read("a").narrow(0, (1 << 28) - 1, 5).data<byte>().ToArray());
    }

    [Fact]
    public void Read_OfAnUnknownName_SaysSo()
    {
        using var file = SafeTensorsFile.Open(folder.Write("a.safetensors", SafeTensorsBytes.Of("{}", 0)));
        var e = Assert.Throws<CheckpointException>(() => file.Read("absent"));
        Assert.Contains("'absent'", e.Message);
    }

    public static TheoryData<string, int, string> HostileHeaders => new()
    {
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "cut off" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}""", 8, "cut off" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "belong to no tensor" },
        { """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "takes 12" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "out of order" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "not two numbers" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 8, "more than 2" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "whole numbers" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0.5,8]}}""", 8, "whole numbers" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}""", 8, "whole numbers" },
        { """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "whole numbers" },
        { """{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", 8, "whole numbers" },
        { """{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", 8, "not a list" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", 8, "overflows" },
        { """{"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "overflows" },
        { """{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,8]}}""", 8, "overflows" },
        { """{"a":{"dtype":"F12","shape":[2],"data_offsets":[0,8]}}""", 8, "'F12'" },
        { """{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", 8, "not a string" },
        { """{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "no dtype" },
        { """{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "no shape" },
        { """{"a":{"dtype":"F32","shape":[2]}}""", 8, "no data_offsets" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "twice" },
        { """{"a":[1]}""", 0, "described by a JSON object" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "twice" },
        { """{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "overlaps" },
        { """{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "hole of 1" },
        { """{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8, "hole of 4" },
        { """{"__metadata__":{"k":1}}""", 0, "not a string" },
        { """{"__metadata__":{"k":"1","k":"2"}}""", 0, "twice" },
        { """{"__metadata__":"k"}""", 0, "not a JSON object" },
        { """{"\ud800":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1, "not Unicode" },
        { """[1,2]""", 0, "begin with '{'" },
        { " {}", 0, "begin with '{'" },
        { """{"a":""", 0, "not a JSON object" },
        { "{} {}", 0, "not a JSON object" },
        { "{pickle", 0, "not a JSON object" },
        { "", 0, "begin with '{'" },
    };

    [Theory]
    [MemberData(nameof(HostileHeaders))]
    public void Open_RefusesHostileHeaders_NamingFileAndFault(string header, int dataLength, string fault)
    {
        var path = folder.Write("hostile.safetensors", SafeTensorsBytes.Of(header, dataLength));
        var e = Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(path));
        Assert.StartsWith(path, e.Message);
        Assert.Contains(fault, e.Message);
        Assert.EndsWith("download or export it again.", e.Message);
    }

    [Fact]
    public void Open_RefusesEndlessShapes()
    {
        var ones = string.Join(',', Enumerable.Repeat(1, 100));
        var header = $$$"""{"a":{"dtype":"U8","shape":[{{{ones}}}],"data_offsets":[0,1]}}""";
        var path = folder.Write("a.safetensors", SafeTensorsBytes.Of(header, 1));
        Assert.Contains("more than 64 numbers", Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(path)).Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(100_000_001UL)]
    [InlineData(90_000_000UL)]
    [InlineData(3UL)]
    public void Open_RefusesHeaderLengthsBeyondTheFile(ulong length)
    {
        var path = folder.Write("a.safetensors", [.. BitConverter.GetBytes(length), (byte)'{', (byte)'}']);
        Assert.Contains($"claims {length} bytes", Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(path)).Message);
    }

    [Fact]
    public void Open_RefusesTextThatIsNotUtf8()
    {
        var path = folder.Write("a.safetensors", SafeTensorsBytes.Of([(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)'}'], 0));
        Assert.Contains("UTF-8", Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(path)).Message);
    }

    [Theory]
    [InlineData(0, "is empty")]
    [InlineData(7, "only 7 bytes")]
    public void Open_RefusesFilesWithoutALength(int length, string fault)
    {
        var path = folder.Write("a.safetensors", new byte[length]);
        Assert.Contains(fault, Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(path)).Message);
    }

    [Fact]
    public void Open_OfAMissingFileOrAFolder_IsACheckpointException()
    {
        Assert.Contains("does not exist", Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(folder["none"])).Message);
        Assert.Contains("cannot be read", Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(folder.Path)).Message);
    }

    [Fact]
    public void Messages_StayOnOneShortLine_WhateverTheName()
    {
        var name = string.Concat(Enumerable.Repeat("x\\n", 5000));
        var path = folder.Write("a.safetensors", SafeTensorsBytes.Of(Encoding.UTF8.GetBytes($$"""{"{{name}}":1}"""), 0));
        var message = Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(path)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.InRange(message.Length, 1, 500);
    }

    [Fact]
    public void Golden_EveryFile_OpensAndReads()
    {
        foreach (var path in Directory.EnumerateFiles(TestFolders.Golden(committed: true), "*.safetensors", SearchOption.AllDirectories))
        {
            using var scope = NewDisposeScope();
            using var file = SafeTensorsFile.Open(path);
            Assert.NotEmpty(file.Names);
            foreach (var name in file.Names) Assert.Equal(file[name].Shape, file.Read(name).shape);
        }
    }
}

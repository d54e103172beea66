using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.Pickles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static ConceptExpress.Testing.Pickles.TorchFiles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.Pickles;

public sealed class PickleFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<bool, int> Forms =>
        [.. from zip in new[] { true, false } from protocol in new[] { 2, 3, 4, 5 } select (zip, protocol)];

    PickleFile Open(bool zip, object? root, StoredRow[] rows, int protocol = 2) =>
        PickleFile.Open(folder.Write("a", zip ? Zip(root, rows, protocol) : Legacy(root, rows, protocol)));

    static StoredRow Row(string type, Tensor values) => new(type, type, values.NumberOfElements, values.bytes.ToArray());

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_GivesTheValuesOfEveryType(bool zip, int protocol)
    {
        using var scope = NewDisposeScope();
        var numbers = tensor(new double[] { 0, 1, -2, 100.5, 7, 9 });
        (string, Tensor)[] values =
        [
            ("DoubleStorage", numbers), ("FloatStorage", numbers.to_type(ScalarType.Float32)),
            ("HalfStorage", numbers.to_type(ScalarType.Float16)), ("BFloat16Storage", numbers.to_type(ScalarType.BFloat16)),
            ("LongStorage", numbers.to_type(ScalarType.Int64)), ("IntStorage", numbers.to_type(ScalarType.Int32)),
            ("ShortStorage", numbers.to_type(ScalarType.Int16)), ("CharStorage", numbers.to_type(ScalarType.Int8)),
            ("ByteStorage", numbers.abs().to_type(ScalarType.Byte)), ("BoolStorage", numbers.ne(0)),
        ];
        var rows = values.Select(value => Row(value.Item1, value.Item2)).ToArray();
        using var file = Open(zip, new StoredOrder([.. rows.Select(row => ((object)row.Type, (object?)Whole(row, 2, 3)))]), rows, protocol);

        Assert.Equal(values.Select(value => value.Item1), file.Names);
        foreach (var (name, expected) in values)
        {
            var read = file.Read(name);
            Assert.Equal(expected.dtype, read.dtype);
            Assert.Equal(expected.dtype, file[name].Type);
            Assert.Equal([2, 3], read.shape);
            Assert.Equal(expected.NumberOfElements * expected.ElementSize, file[name].Length);
            Assert.True(expected.view(2, 3).Equals(read), name);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_KeepsScalarsAndEmptyTensors(bool zip)
    {
        var (row, none) = (Floats("0", 3), Floats("1", 0));
        var root = Dict(("scalar", new StoredTensor(row, 2, [], [])), ("empty", Whole(none, 0, 4)),
            ("end", new StoredTensor(row, 3, [0], [1])));
        using var scope = NewDisposeScope();
        using var file = Open(zip, root, [row, none]);
        Assert.Equal(3f, file.Read("scalar").item<float>());
        Assert.Empty(file.Read("scalar").shape);
        Assert.Equal([0, 4], file.Read("empty").shape);
        Assert.Equal([0], file.Read("end").shape);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Read_FollowsOffsetsAndStrides_OfSharedStorages(bool zip, int protocol)
    {
        var row = Floats("0", 12);
        var root = Dict(("whole", Whole(row, 3, 4)), ("transposed", new StoredTensor(row, 0, [4, 3], [1, 4], IsParameter: true)),
            ("column", new StoredTensor(row, 1, [3], [4])), ("part", new StoredTensor(row, 5, [2, 2], [4, 1])),
            ("repeated", new StoredTensor(row, 11, [2, 2], [0, 0])), ("ones", new StoredTensor(row, 4, [1, 3, 1], [77, 1, 99])));
        using var scope = NewDisposeScope();
        using var file = Open(zip, root, [row], protocol);
        float[] Values(string name) => file.Read(name).data<float>().ToArray();
        Assert.Equal([1f, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], Values("whole"));
        Assert.Equal([1f, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12], Values("transposed"));
        Assert.Equal([2f, 6, 10], Values("column"));
        Assert.Equal([6f, 7, 10, 11], Values("part"));
        Assert.Equal([12f, 12, 12, 12], Values("repeated"));
        Assert.Equal([5f, 6, 7], Values("ones"));
        Assert.All(file.Names, name => Assert.True(file.Read(name).is_contiguous()));
    }

    [Fact]
    public void Read_OfBool_TakesEveryByteButZeroForTrue()
    {
        var row = new StoredRow("BoolStorage", "0", 3, [0, 2, 255]);
        using var file = Open(true, Dict(("a", Whole(row, 3))), [row]);
        using var read = file.Read("a");
        Assert.Equal(2, read.sum().item<long>());
    }

    [Fact]
    public void Names_AreThoseOfTheStateDictionary_ElseOfTheTop()
    {
        var (a, b) = (Floats("0", 2), Floats("1", 2));
        string[] Of(object? root)
        {
            using var file = Open(true, root, [a, b]);
            return [.. file.Names];
        }
        var state = new StoredOrder(("w", Whole(a, 2)), ("v", Whole(b, 2)), ("note", "text"));
        Assert.Equal(["w", "v"], Of(Dict(("epoch", 3), ("state_dict", state), ("loss", Whole(b, 1)))));
        Assert.Equal(["w", "v"], Of(Dict(("model", state))));
        Assert.Equal(["w", "v"], Of(state));
        Assert.Equal(["model"], Of(Dict(("state_dict", Dict(("x", 1))), ("model", Whole(a, 2)), ("deep", Dict(("b", Whole(b, 2)))))));
        Assert.Empty(Of(Dict(("string_to_param", Dict(("*", Whole(a, 2)), ("+", Whole(b, 2)))))));
        Assert.Empty(Of(new List<object?> { Whole(a, 2), Whole(b, 2) }));
    }

    [Fact]
    public void Read_OfAnAbsentName_OrATensorOfAnotherFile_SaysSo()
    {
        var row = Floats("0", 1);
        using var file = Open(true, Dict(("w", Whole(row, 1))), [row]);
        using var other = PickleFile.Open(folder.Write("b", Zip(Dict(("w", Whole(row, 1))), [row])));
        Assert.Contains("'v'", Assert.Throws<CheckpointException>(() => file.Read("v")).Message);
        Assert.Throws<ArgumentException>(() => file.Read(((PickleDict)other.Root).Tensors.First().Tensor));
        Assert.True(file.Contains("w") && !file.Contains("v"));
    }

    [Fact]
    public void Open_OfAMissingFileOrAFolder_IsACheckpointException()
    {
        Assert.Contains("does not exist", Assert.Throws<CheckpointException>(() => PickleFile.Open(folder["none"])).Message);
        Assert.Contains("cannot be read", Assert.Throws<CheckpointException>(() => PickleFile.Open(folder.Path)).Message);
    }
}

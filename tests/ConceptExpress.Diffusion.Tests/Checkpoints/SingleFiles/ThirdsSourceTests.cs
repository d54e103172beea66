using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

public sealed class ThirdsSourceTests : IDisposable
{
    readonly TemporaryFolder output = new();

    public void Dispose() => output.Dispose();

    [Fact]
    public void QueriesComeFirst_ThenKeys_ThenValues()
    {
        using var scope = NewDisposeScope();
        var stored = arange(24, dtype: float32).reshape(6, 4);
        using var file = Written(new() { ["joined"] = stored, ["other"] = ones(2) });
        using var thirds = new ThirdsSource(file, name => name == "joined");
        Assert.Equal(["joined[k]", "joined[q]", "joined[v]", "other"], thirds.Names.Order(StringComparer.Ordinal));
        foreach (var (third, letter) in new[] { "q", "k", "v" }.Index())
        {
            var read = thirds.Read($"joined[{letter}]");
            Assert.Equal([2, 4], read.shape);
            Assert.Equal(Enumerable.Range(8 * third, 8).Select(value => (float)value), read.data<float>());
        }
        Assert.Equal([1f, 1f], thirds.Read("other").data<float>());
    }

    [Fact]
    public void AThird_IsWhereItsBytesAre()
    {
        using var scope = NewDisposeScope();
        using var file = Written(new() { ["joined"] = arange(24, dtype: float32).reshape(6, 4) });
        using var thirds = new ThirdsSource(file, name => name == "joined");
        foreach (var letter in ThirdsSource.Thirds)
        {
            var entry = thirds[$"joined[{letter}]"];
            var bytes = File.ReadAllBytes(file.Path).AsSpan((int)entry.Offset, (int)entry.Length);
            Assert.Equal(thirds.Read(entry.Name).bytes.ToArray(), bytes.ToArray());
        }
    }

    [Fact]
    public void ATensorThatIsNotThree_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var file = Written(new() { ["joined"] = ones(4) });
        using var thirds = new ThirdsSource(file, name => name == "joined");
        Assert.Contains("'joined'", Assert.Throws<CheckpointException>(() => thirds["joined[k]"]).Message);
    }

    SafeTensorsFile Written(Dictionary<string, Tensor> tensors)
    {
        SingleFileWriter.Write(output["thirds.safetensors"], tensors);
        return SafeTensorsFile.Open(output["thirds.safetensors"]);
    }
}

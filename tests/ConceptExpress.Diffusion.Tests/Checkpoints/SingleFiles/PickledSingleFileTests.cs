using System.Runtime.InteropServices;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>A checkpoint is the same from safetensors and from a pickle.</summary>
public sealed class PickledSingleFileTests : IDisposable
{
    readonly TemporaryFolder output = new();

    public void Dispose() => output.Dispose();

    [Theory]
    [InlineData(false, ".ckpt", false)]
    [InlineData(false, ".pt", true)]
    [InlineData(true, ".ckpt", true)]
    [InlineData(true, ".pth", false)]
    public void Load_OfAPickle_GivesWhatTheFolderGives(bool second, string extension, bool legacy)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = new TinyCheckpoint(second);
        var writer = new SingleFileWriter(checkpoint.Folder);
        var file = output.Write("model" + extension, Pickled(writer.Tensors(), legacy));
        using var fromFolder = StableDiffusion.Load(checkpoint.Folder);
        using var fromFile = StableDiffusion.Load(file, options: new CheckpointOptions
        {
            Tokenizer = Path.Combine(checkpoint.Folder, "tokenizer"),
            Sizes = writer.Sizes,
            Prediction = PredictionType.Velocity,
        });
        AreTheSame(fromFolder.Unet, fromFile.Unet);
        AreTheSame(fromFolder.Vae, fromFile.Vae);
        AreTheSame(fromFolder.Texts[0].Model, fromFile.Texts[0].Model);
    }

    static void AreTheSame(nn.Module expected, nn.Module actual)
    {
        var (left, right) = (expected.state_dict(), actual.state_dict());
        Assert.Equal(left.Keys, right.Keys);
        Assert.All(left, pair => Assert.True(pair.Value.eq(right[pair.Key]).all().item<bool>(), pair.Key));
    }

    static byte[] Pickled(Dictionary<string, Tensor> tensors, bool legacy)
    {
        var stored = tensors.Index().Select(entry => (entry.Item.Key, Tensor: Stored($"{entry.Index}", entry.Item.Value))).ToList();
        var state = stored.ToDictionary(entry => entry.Key, entry => (object?)entry.Tensor);
        var root = TorchFiles.Dict(("global_step", 470000), ("state_dict", state));
        StoredRow[] rows = [.. stored.Select(entry => entry.Tensor.Row)];
        return legacy ? TorchFiles.Legacy(root, rows) : TorchFiles.Zip(root, rows);
    }

    static StoredTensor Stored(string key, Tensor tensor)
    {
        var (type, bytes) = tensor.dtype == ScalarType.Int64
            ? ("LongStorage", MemoryMarshal.AsBytes<long>(tensor.contiguous().data<long>().ToArray()).ToArray())
            : ("FloatStorage", MemoryMarshal.AsBytes<float>(tensor.to(float32).contiguous().data<float>().ToArray()).ToArray());
        return TorchFiles.Whole(new StoredRow(type, key, tensor.numel(), bytes), tensor.shape);
    }
}

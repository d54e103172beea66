using System.Diagnostics;
using System.Globalization;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>
/// Checkpoints of the true shapes with random weights, in each layout: every tensor and a picture. They take 15 minutes, 12 GiB of memory
/// and 5 GB of disk, so they run only if CONCEPTEXPRESS_TRUE_SHAPES is 1. With CONCEPTEXPRESS_TRUE_SHAPES_TABLE, rows of a table are added
/// to that file.
/// </summary>
public sealed class TrueShapesTests : IDisposable
{
    static readonly string[] Parts = ["text_encoder", "unet", "vae"];

    readonly TemporaryFolder output = new();
    readonly Stopwatch clock = new();

    public void Dispose() => output.Dispose();

    [Theory, InlineData(false), InlineData(true)]
    public void EveryLayout_GivesTheSameTensorsAndPicture(bool second)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CONCEPTEXPRESS_TRUE_SHAPES") == "1",
            "takes minutes, 12 GiB of memory and 5 GB of disk; set CONCEPTEXPRESS_TRUE_SHAPES=1");
        var folder = output["folder"];
        TrueCheckpoint.Write(folder, second);
        var options = new CheckpointOptions
        {
            Tokenizer = Path.Combine(folder, "tokenizer"),
            Prediction = NoiseSchedule.Load(Path.Combine(folder, "scheduler")).PredictionType,
        };
        var picture = Checked("diffusers folder", second, folder, folder, null, null);

        var (single, pickle) = (output["model.safetensors"], output["model.ckpt"]);
        using (NewDisposeScope()) SingleFileWriter.Write(single, new SingleFileWriter(folder).Tensors());
        Checked("safetensors", second, folder, single, options, picture);
        ComesBack(folder, single);
        File.Delete(single);

        WritePickle(pickle, folder);
        Checked("ckpt", second, folder, pickle, options, picture);
    }

    // Loads a layout, and compares each tensor with the folder's, one at a time.
    byte[] Checked(string layout, bool second, string folder, string path, CheckpointOptions? options, byte[]? picture)
    {
        clock.Restart();
        using var model = StableDiffusion.Load(path, options: options);
        var (loaded, tensors) = (clock.Elapsed, 0);
        foreach (var (part, module) in Parts.Zip(new nn.Module[] { model.Texts[0].Model, model.Unet, model.Vae }))
            tensors += Compare(Path.Combine(folder, part), module);
        clock.Restart();
        var drawn = CheckpointComparison.Draw(model);
        if (picture is not null) Assert.Equal(picture, drawn);
        Tell(second, layout, tensors, loaded, clock.Elapsed);
        return drawn;
    }

    static int Compare(string folder, nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var stored = WeightFiles.Open(folder);
        var state = module.state_dict();
        Assert.Equal(stored.Names.Order(StringComparer.Ordinal), state.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in state)
        {
            using var each = NewDisposeScope();
            Assert.True(stored.Read(name, ScalarType.Float32).Equals(tensor), name);
        }
        return state.Count;
    }

    // The single file's tensors under diffusers' names again, in their stored type.
    static void ComesBack(string folder, string single)
    {
        using var scope = NewDisposeScope();
        foreach (var (part, tensors) in new SingleFileWriter(folder).Back(single))
        {
            using var stored = WeightFiles.Open(Path.Combine(folder, part));
            Assert.Equal(stored.Names.Order(StringComparer.Ordinal), tensors.Keys.Order(StringComparer.Ordinal));
            foreach (var (name, tensor) in tensors)
            {
                using var original = stored.Read(name);
                Assert.True(original.dtype == tensor.dtype && original.Equals(tensor), name);
            }
        }
    }

    static void WritePickle(string path, string folder)
    {
        using var scope = NewDisposeScope();
        var tensors = new SingleFileWriter(folder).Tensors().Index().Select(entry => (Key: $"{entry.Index}", Name: entry.Item.Key,
            Tensor: entry.Item.Value)).ToList();
        var state = tensors.ToDictionary(entry => entry.Name, entry => (object?)TorchFiles.Whole(
            new StoredRow(TorchFiles.StorageOf(entry.Tensor.dtype), entry.Key, entry.Tensor.numel(), []), entry.Tensor.shape));
        TorchFiles.WriteZip(path, TorchFiles.Dict(("state_dict", state)),
            tensors.Select(entry => (entry.Key, entry.Tensor.contiguous().bytes.ToArray())));
    }

    static void Tell(bool second, string layout, int tensors, TimeSpan loaded, TimeSpan drawn)
    {
        if (Environment.GetEnvironmentVariable("CONCEPTEXPRESS_TRUE_SHAPES_TABLE") is not { Length: > 0 } table) return;
        using var process = Process.GetCurrentProcess();
        File.AppendAllText(table, string.Create(CultureInfo.InvariantCulture,
            $"| {(second ? "2.1" : "1.5")} | {layout} | {tensors} | same | same | {loaded.TotalSeconds:0} s | {drawn.TotalSeconds:0} s | "
            + $"{process.PeakWorkingSet64 / (double)(1 << 30):0.0} GiB |\n"));
    }
}

using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Schedules;
using ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Pickles;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>
/// One checkpoint of each family, with random weights that half precision holds exactly, in every layout that is published: the same
/// tensors, and the same picture to the byte.
/// </summary>
public sealed class LayoutTests : IDisposable
{
    static readonly string[] Parts = ["text_encoder", "unet", "vae"];

    readonly TemporaryFolder output = new();

    public void Dispose() => output.Dispose();

    // Layouts of folders. Each changes the folder of a checkpoint.
    static readonly Dictionary<string, Action<TinyCheckpoint>> Folders = new()
    {
        ["as it is"] = _ => { },
        ["old names of the autoencoder"] = checkpoint =>
            checkpoint.Change("vae", tensors => Rename(tensors, WeightNames.ToOldVaeAttention)),
        ["half, plain names"] = Halve,
        ["half, as a variant"] = checkpoint =>
        {
            Halve(checkpoint);
            checkpoint.RenameToHalf();
        },
        ["shards"] = checkpoint => checkpoint.Shard(),
        ["flat text encoder"] = checkpoint =>
            checkpoint.Change("text_encoder", tensors => Rename(tensors, name => name["text_model.".Length..])),
        ["positions and a projection beside"] = checkpoint => checkpoint.Change("text_encoder", tensors =>
        {
            tensors["text_model.embeddings.position_ids"] = arange(77).unsqueeze(0);
            tensors["text_projection.weight"] = ones(8, 8);
        }),
    };

    public static TheoryData<string, bool> FolderLayouts =>
        [.. from layout in Folders.Keys from second in new[] { false, true } select (layout, second)];

    [Theory, MemberData(nameof(FolderLayouts))]
    public void Folder_GivesTheSameTensorsAndPicture(string layout, bool second)
    {
        using var scope = NewDisposeScope();
        using var original = Checkpoint(second);
        using var changed = Checkpoint(second);
        Folders[layout](changed);
        using var expected = StableDiffusion.Load(original.Folder);
        using var actual = StableDiffusion.Load(changed.Folder);
        AreTheSame(expected, actual);
    }

    // Layouts of single files: the file's ending, and what is done with the tensors before.
    static readonly Dictionary<string, (string Extension, Form Form, Action<Dictionary<string, Tensor>> Change)> Files = new()
    {
        ["plain"] = (".safetensors", Form.Single, Unchanged),
        ["half"] = (".safetensors", Form.Single, ToHalf),
        ["with a moving average of the whole UNet"] = (".safetensors", Form.Single, AddAverage),
        ["autoencoder apart"] = (".safetensors", Form.Single, WithoutVae),
        ["ckpt"] = (".ckpt", Form.Zip, Unchanged),
        ["ckpt, half"] = (".ckpt", Form.Zip, ToHalf),
        ["ckpt, with a moving average"] = (".ckpt", Form.Zip, AddAverage),
        ["ckpt of old torch"] = (".ckpt", Form.Legacy, Unchanged),
        ["ckpt of old torch, half"] = (".ckpt", Form.Legacy, ToHalf),
        ["ckpt, autoencoder apart"] = (".ckpt", Form.Zip, WithoutVae),
    };

    enum Form { Single, Zip, Legacy }

    // The text encoder of 1.x is stored with and without text_model in its names; that of 2.x has OpenCLIP's names.
    public static TheoryData<string, bool, bool> FileLayouts =>
    [
        .. from layout in Files.Keys
           from text in new[] { (Second: false, HasText: true), (Second: false, HasText: false), (Second: true, HasText: true) }
           select (layout, text.Second, text.HasText),
    ];

    [Theory, MemberData(nameof(FileLayouts))]
    public void File_GivesTheSameTensorsAndPicture(string layout, bool second, bool hasTextModel)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = Checkpoint(second);
        var writer = new SingleFileWriter(checkpoint.Folder);
        var (extension, form, change) = Files[layout];
        var (tensors, path, vae) = (writer.Tensors(hasTextModel), output["model" + extension], output["vae" + extension]);
        change(tensors);
        Write(path, form, tensors);
        if (!tensors.Keys.Any(name => name.StartsWith("first_stage_model.", StringComparison.Ordinal))) Write(vae, form, writer.Vae(""));
        Assert.Equal(second, tensors.ContainsKey("cond_stage_model.model.transformer.resblocks.0.attn.in_proj_weight"));
        Assert.Equal(!second && hasTextModel, tensors.Keys.Any(name => name.Contains(".text_model.", StringComparison.Ordinal)));
        using var expected = StableDiffusion.Load(checkpoint.Folder);
        using var actual = StableDiffusion.Load(path, options: new CheckpointOptions
        {
            Tokenizer = Path.Combine(checkpoint.Folder, "tokenizer"),
            Sizes = writer.Sizes,
            Prediction = PredictionType.Velocity, // as the Toybox's schedule
            Vae = File.Exists(vae) ? vae : null,
        });
        AreTheSame(expected, actual);
    }

    static TinyCheckpoint Checkpoint(bool second)
    {
        var checkpoint = new TinyCheckpoint(second);
        foreach (var part in Parts)
            checkpoint.Change(part, tensors =>
            {
                foreach (var (name, tensor) in tensors.ToList()) tensors[name] = tensor.to(float16).to(float32);
            });
        return checkpoint;
    }

    static void Halve(TinyCheckpoint checkpoint)
    {
        foreach (var part in Parts) checkpoint.Change(part, ToHalf);
    }

    static void Unchanged(Dictionary<string, Tensor> tensors)
    {
        // as the writer makes them
    }

    static void ToHalf(Dictionary<string, Tensor> tensors)
    {
        foreach (var (name, tensor) in tensors.ToList())
            if (tensor.is_floating_point()) tensors[name] = tensor.to(float16);
    }

    // As LDM's trainer names it: without dots. Other values, so that using them would show.
    static void AddAverage(Dictionary<string, Tensor> tensors)
    {
        foreach (var (name, tensor) in tensors.Where(pair => pair.Key.StartsWith("model.", StringComparison.Ordinal)).ToList())
            tensors[$"model_ema.{name["model.".Length..].Replace(".", "", StringComparison.Ordinal)}"] = tensor * 3;
        (tensors["model_ema.decay"], tensors["model_ema.num_updates"]) = (tensor(0.9999f), tensor(1000L));
    }

    static void WithoutVae(Dictionary<string, Tensor> tensors)
    {
        foreach (var name in tensors.Keys.Where(name => name.StartsWith("first_stage_model.", StringComparison.Ordinal)).ToList())
            tensors.Remove(name);
    }

    static void Rename(Dictionary<string, Tensor> tensors, Func<string, string> rename)
    {
        var renamed = tensors.ToDictionary(pair => rename(pair.Key), pair => pair.Value);
        Assert.NotEqual(tensors.Keys.Order(), renamed.Keys.Order());
        tensors.Clear();
        foreach (var (name, tensor) in renamed) tensors.Add(name, tensor);
    }

    static void Write(string path, Form form, Dictionary<string, Tensor> tensors)
    {
        if (form == Form.Single) SingleFileWriter.Write(path, tensors);
        else File.WriteAllBytes(path, Pickled(tensors, form == Form.Legacy));
    }

    static byte[] Pickled(Dictionary<string, Tensor> tensors, bool legacy)
    {
        var stored = tensors.Index().Select(entry => (entry.Item.Key, Tensor: Stored($"{entry.Index}", entry.Item.Value))).ToList();
        var root = TorchFiles.Dict(("global_step", 470000),
            ("state_dict", stored.ToDictionary(entry => entry.Key, entry => (object?)entry.Tensor)));
        StoredRow[] rows = [.. stored.Select(entry => entry.Tensor.Row)];
        return legacy ? TorchFiles.Legacy(root, rows) : TorchFiles.Zip(root, rows);
    }

    static StoredTensor Stored(string key, Tensor tensor) =>
        TorchFiles.Whole(new StoredRow(TorchFiles.StorageOf(tensor.dtype), key, tensor.numel(), tensor.contiguous().bytes.ToArray()),
            tensor.shape);

    static void AreTheSame(StableDiffusion expected, StableDiffusion actual)
    {
        CheckpointComparison.AreTheSame(expected.Unet, actual.Unet);
        CheckpointComparison.AreTheSame(expected.Vae, actual.Vae);
        CheckpointComparison.AreTheSame(expected.Texts[0].Model, actual.Texts[0].Model);
        Assert.Equal(expected.Schedule.AlphaBars, actual.Schedule.AlphaBars);
        Assert.Equal(CheckpointComparison.Draw(expected), CheckpointComparison.Draw(actual));
    }
}

using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

/// <summary>A checkpoint in the Hugging Face layout: config.json, model.safetensors, preprocessor_config.json.</summary>
sealed class EncoderFolder
{
    // Of vision transformers in transformers, not of DINO: random numbers where a file has it.
    const string Pooler = "pooler.";

    /// <exception cref="CheckpointException">There is no such folder, or it has no config.json.</exception>
    public EncoderFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new CheckpointException($"The model folder {folder} does not exist; check the path.");
        Path = System.IO.Path.GetFullPath(folder);
        foreach (var file in (string[])[Config, Preprocessor])
            if (!File.Exists(file))
                throw new CheckpointException($"{file} does not exist; an encoder in the Hugging Face layout needs it.");
    }

    public string Path { get; }
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path));
    public string Config => System.IO.Path.Combine(Path, "config.json");
    public string Preprocessor => System.IO.Path.Combine(Path, "preprocessor_config.json");

    /// <summary>A frozen model in fp32 with the folder's weights.</summary>
    /// <exception cref="CheckpointException">The weights are missing or damaged, or do not fit; names the tensors.</exception>
    public T Load<T>(Func<T> create, Device device) where T : nn.Module
    {
        using var weights = WeightFiles.Open(Path);
        using var placement = Placement.Use(ScalarType.Float32, device);
        var model = create();
        StrictLoader.Load(model, weights, Path, ignore: IsUnused);
        model.eval();
        return model;
    }

    static bool IsUnused(string name) => WeightNames.IsPositionIds(name) || name.StartsWith(Pooler, StringComparison.Ordinal);

    /// <summary>Refuses a preprocessing of another size than the model's.</summary>
    /// <exception cref="CheckpointException">The sizes differ.</exception>
    public void RequireSize(int prepared, int needed)
    {
        if (prepared != needed)
            throw Mismatch($"preprocessor_config.json makes pictures of {prepared} pixels, config.json's image_size is {needed}");
    }

    /// <summary>To be thrown where two files contradict each other.</summary>
    public CheckpointException Mismatch(string problem) =>
        new($"The parts of {Path} do not belong together: {problem}; copy the checkpoint anew.");
}

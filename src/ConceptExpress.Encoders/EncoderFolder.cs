using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders;

/// <summary>An encoder's checkpoint in the Hugging Face layout: config.json, model.safetensors and preprocessor_config.json.</summary>
sealed class EncoderFolder
{
    // The ViT model of transformers has a pooler, but DINO has not: if a DINO file has these weights, they are random numbers.
    const string Pooler = "pooler.";

    /// <exception cref="CheckpointException">The folder, its config.json or its preprocessor_config.json does not exist.</exception>
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

    /// <summary>Creates a model in fp32 and loads the folder's weights into it. The model is frozen.</summary>
    /// <exception cref="CheckpointException">The weights are missing or damaged, or do not fit the model; the message names the
    /// tensors.</exception>
    public T Load<T>(Func<T> create, Device device) where T : nn.Module
    {
        using var weights = WeightFiles.Open(Path);
        NetworkSize.Require(create, Config);
        using var placement = Placement.Use(ScalarType.Float32, device);
        var model = create();
        StrictLoader.Load(model, weights, Path, ignore: IsUnused);
        model.eval();
        return model;
    }

    static bool IsUnused(string name) => WeightNames.IsPositionIds(name) || name.StartsWith(Pooler, StringComparison.Ordinal);

    /// <summary>Checks that the preprocessing makes pictures of the model's size.</summary>
    /// <param name="prepared">Side of the preprocessed pictures, in pixels.</param>
    /// <param name="needed">Side of the pictures that the model takes, in pixels.</param>
    /// <exception cref="CheckpointException">The sizes differ.</exception>
    public void RequireSize(int prepared, int needed)
    {
        if (prepared != needed)
            throw Mismatch($"preprocessor_config.json makes pictures of {prepared} pixels, but config.json's image_size is {needed}");
    }

    /// <summary>The exception to throw if two files of the folder contradict each other.</summary>
    public CheckpointException Mismatch(string problem) =>
        new($"The parts of {Path} do not belong together: {problem}; copy the checkpoint again.");
}

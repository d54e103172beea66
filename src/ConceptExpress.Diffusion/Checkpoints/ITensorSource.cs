using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Named tensors that are read one at a time: one safetensors file, or all the shards of a component.</summary>
interface ITensorSource : IDisposable
{
    /// <summary>Path of the file or index that the tensors come from, for messages.</summary>
    string Path { get; }

    /// <summary>Names of all tensors.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Type and shape of a tensor. Its values are not read.</summary>
    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    TensorEntry this[string name] { get; }

    /// <summary>Reads a tensor into a new CPU tensor of the stored type, owned by the caller.</summary>
    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    Tensor Read(string name);
}

/// <summary>Reads tensors with another element type, or into existing tensors.</summary>
static class TensorSourceReading
{
    extension(ITensorSource source)
    {
        /// <summary>Reads a tensor into a new CPU tensor of type <paramref name="type"/>, owned by the caller.</summary>
        /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
        public Tensor Read(string name, ScalarType type)
        {
            var stored = source.Read(name);
            if (stored.dtype == type) return stored;
            using (stored) return stored.to_type(type);
        }

        /// <summary>
        /// Copies a tensor into <paramref name="target"/>, converted to its element type and device. Shapes must be equal, but from two
        /// dimensions on either side may have extra trailing dimensions of size 1.
        /// </summary>
        /// <exception cref="CheckpointException">There is no tensor of that name, or its shape differs.</exception>
        public void ReadInto(string name, Tensor target)
        {
            var entry = source[name];
            if (!TensorShape.AgreeButForTrailingOnes(entry.Shape, target.shape))
                throw new CheckpointException(
                    $"Tensor {CheckpointException.Quoted(name)} of {source.Path} has shape {TensorShape.Text(entry.Shape)}, but " +
                    $"{TensorShape.Text(target.shape)} is needed; use the file that belongs to this model's config.json.");
            using var noGrad = no_grad();
            using var stored = source.Read(name);
            using var shaped = stored.reshape(target.shape);
            target.copy_(shaped);
        }
    }
}

using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Named tensors that are read one at a time: one safetensors file, or all the shards of a component.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>The file or folder, for messages.</summary>
    string Path { get; }

    /// <summary>The tensors' names.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>Type and shape of a tensor, without reading it.</summary>
    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    TensorEntry this[string name] { get; }

    /// <summary>A fresh CPU tensor of the stored type, owned by the caller.</summary>
    /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
    Tensor Read(string name);
}

/// <summary>Reading with a change of element type or place.</summary>
public static class TensorSourceReading
{
    extension(ITensorSource source)
    {
        /// <summary>A fresh CPU tensor, converted to <paramref name="type"/>.</summary>
        /// <exception cref="CheckpointException">There is no tensor of that name.</exception>
        public Tensor Read(string name, ScalarType type)
        {
            var stored = source.Read(name);
            if (stored.dtype == type) return stored;
            using (stored) return stored.to_type(type);
        }

        /// <summary>
        /// Copies a tensor into <paramref name="target"/>, whatever its element type and device.
        /// Shapes must agree, but for trailing dimensions of one that either side may have more of.
        /// </summary>
        /// <exception cref="CheckpointException">There is no tensor of that name, or its shape is another.</exception>
        public void ReadInto(string name, Tensor target)
        {
            var entry = source[name];
            if (!TensorShape.AgreeButForTrailingOnes(entry.Shape, target.shape))
                throw new CheckpointException(
                    $"Tensor {CheckpointException.Quoted(name)} of {source.Path} has shape {TensorShape.Text(entry.Shape)} where " +
                    $"{TensorShape.Text(target.shape)} is needed; use the file that belongs to this model's config.json.");
            using var noGrad = no_grad();
            using var stored = source.Read(name);
            using var shaped = stored.reshape(target.shape);
            target.copy_(shaped);
        }
    }
}

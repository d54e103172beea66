using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>Fills a module from named tensors. Every tensor of the module must be stored, and every stored tensor must be used.</summary>
static class StrictLoader
{
    /// <summary>
    /// Copies weights into the parameters and buffers of <paramref name="module"/>, which keep their element type and device. Nothing is
    /// copied unless all names and shapes fit. A stored 1x1 convolution (O,I,1,1) fits a matrix (O,I) and vice versa.
    /// </summary>
    /// <param name="module">The module whose state dictionary is filled.</param>
    /// <param name="weights">The stored tensors.</param>
    /// <param name="what">What is loaded, for messages: "the UNet of some/folder".</param>
    /// <param name="rename">
    /// Converts a stored name to the module's name (see <see cref="WeightNames"/>); null if the names are the same.
    /// </param>
    /// <param name="ignore">Returns true for stored names to skip; null to skip none.</param>
    /// <exception cref="WeightMismatchException">Tensors are missing, unexpected or have another shape.</exception>
    /// <exception cref="CheckpointException">
    /// Two stored tensors are renamed to the same name, or a file is damaged or holds numbers that are not finite.
    /// </exception>
    public static void Load(
        nn.Module module, ITensorSource weights, string what, Func<string, string>? rename = null, Func<string, bool>? ignore = null)
    {
        var stored = StoredNames(weights, what, rename ?? (name => name), ignore ?? (_ => false));
        var state = module.state_dict();

        var missing = state.Keys.Where(name => !stored.ContainsKey(name)).Order(StringComparer.Ordinal).ToList();
        var unexpected = stored.Where(pair => !state.ContainsKey(pair.Key)).Select(pair => pair.Value)
            .Order(StringComparer.Ordinal).ToList();
        var wrong = state.Where(pair => stored.ContainsKey(pair.Key))
            .Select(pair => new WrongShape(pair.Key, weights[stored[pair.Key]].Shape, pair.Value.shape))
            .Where(shape => !TensorShape.AgreeButForTrailingOnes(shape.Stored, shape.Needed))
            .OrderBy(shape => shape.Name, StringComparer.Ordinal).ToList();
        if (missing.Count + unexpected.Count + wrong.Count > 0) throw new WeightMismatchException(what, missing, unexpected, wrong);

        foreach (var (name, target) in state)
        {
            weights.ReadInto(stored[name], target);
            RequireFinite(target, stored[name], what);
        }
    }

    // A message that names the tensor is better than a black picture later.
    static void RequireFinite(Tensor target, string name, string what)
    {
        using var scope = NewDisposeScope();
        if (target.is_floating_point() && !target.isfinite().all().item<bool>())
            throw new CheckpointException(
                $"The weights of {what} are damaged: {CheckpointException.Quoted(name)} holds numbers that are not finite in "
                + $"{target.dtype}; "
                + "download the file again, or use another precision.");
    }

    // Maps names of the module to stored names.
    static Dictionary<string, string> StoredNames(
        ITensorSource weights, string what, Func<string, string> rename, Func<string, bool> ignore)
    {
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in weights.Names.Where(name => !ignore(name)))
            if (!stored.TryAdd(rename(name), name))
                throw new CheckpointException(
                    $"The weights of {what} hold both {CheckpointException.Quoted(stored[rename(name)])} and " +
                    $"{CheckpointException.Quoted(name)}, which are the old and the new name of one tensor; remove one of them.");
        return stored;
    }
}

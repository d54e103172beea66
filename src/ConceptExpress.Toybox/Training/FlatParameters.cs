using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training;

/// <summary>The parameters of some modules seen as one vector, so that an optimizer, an average and a file are a few tensors each.</summary>
sealed class FlatParameters
{
    readonly IReadOnlyList<(string Name, TorchSharp.Modules.Parameter Parameter, long Offset, long Length)> items;

    /// <param name="modules">Under a name each, which begins the names of its parameters.</param>
    public FlatParameters(IEnumerable<(string Name, Module Module)> modules)
    {
        var found = new List<(string, TorchSharp.Modules.Parameter, long, long)>();
        foreach (var (name, module) in modules)
            foreach (var (path, parameter) in module.named_parameters())
            {
                parameter.requires_grad = true;
                found.Add(($"{name}.{path}", parameter, Length, parameter.numel()));
                Length += parameter.numel();
            }
        items = found;
    }

    /// <summary>How many numbers all parameters have.</summary>
    public long Length { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device => items[0].Parameter.device;

    /// <summary>The values as a new fp32 vector.</summary>
    public Tensor Read()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        return cat([.. items.Select(item => item.Parameter.detach().flatten().to(float32))]).MoveToOuterDisposeScope();
    }

    /// <summary>Sets the values from an fp32 vector, converted to the type of each parameter.</summary>
    public void Write(Tensor values)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, parameter, offset, length) in items) parameter.copy_(values.narrow(0, offset, length).view(parameter.shape));
    }

    /// <summary>Moves the gradients into an fp32 vector, and leaves none behind. A parameter without one counts as 0.</summary>
    public void TakeGradients(Tensor into)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, parameter, offset, length) in items)
        {
            var place = into.narrow(0, offset, length);
            if (parameter.grad is not { } gradient)
            {
                place.zero_();
                continue;
            }
            place.copy_(gradient.flatten());
            parameter.grad = null;
            gradient.Dispose();
        }
    }

    /// <summary>Names and values, cut out of a vector, of the parameters of one module, without the module's own name.</summary>
    public IEnumerable<(string Name, Tensor Values)> Of(string module, Tensor values) => items
        .Where(item => item.Name.StartsWith(module + ".", StringComparison.Ordinal))
        .Select(item => (item.Name[(module.Length + 1)..], values.narrow(0, item.Offset, item.Length).view(item.Parameter.shape)));
}

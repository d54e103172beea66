using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Toybox.Training;

/// <summary>Treats the parameters of several modules as one vector, so that optimizers and state files need only a few tensors.</summary>
sealed class FlatParameters
{
    readonly IReadOnlyList<(string Name, TorchSharp.Modules.Parameter Parameter, long Offset, long Length)> items;

    /// <param name="modules">The modules; each name becomes the prefix of the names of its parameters.</param>
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

    /// <summary>Total number of values in all parameters.</summary>
    public long Length { get; }

    /// <summary>The device of the parameters.</summary>
    public Device Device => items[0].Parameter.device;

    /// <summary>Copies all values to a new fp32 vector (n).</summary>
    public Tensor Read()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        return cat([.. items.Select(item => item.Parameter.detach().flatten().to(float32))]).MoveToOuterDisposeScope();
    }

    /// <summary>Sets all values from an fp32 vector (n), converted to the type of each parameter.</summary>
    public void Write(Tensor values)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, parameter, offset, length) in items) parameter.copy_(values.narrow(0, offset, length).view(parameter.shape));
    }

    /// <summary>Moves all gradients into an fp32 vector (n) and clears them. A parameter without a gradient gives zeros.</summary>
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

    /// <summary>
    /// The parameters of one module: names without the module's prefix, and values as views of <paramref name="values"/>.
    /// </summary>
    public IEnumerable<(string Name, Tensor Values)> Of(string module, Tensor values) => items
        .Where(item => item.Name.StartsWith(module + ".", StringComparison.Ordinal))
        .Select(item => (item.Name[(module.Length + 1)..], values.narrow(0, item.Offset, item.Length).view(item.Parameter.shape)));
}

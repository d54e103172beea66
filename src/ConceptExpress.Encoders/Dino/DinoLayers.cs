using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, N tokens, E width

/// <summary>The stack of layers, of either generation.</summary>
public sealed class DinoLayers : Module
{
    readonly ModuleList<Module<Tensor, Tensor>> layer = [];

    /// <param name="count">How many.</param>
    /// <param name="create">Makes one.</param>
    public DinoLayers(long count, Func<Module<Tensor, Tensor>> create) : base(nameof(DinoLayers))
    {
        for (var i = 0; i < count; i++) layer.Add(create());
        RegisterComponents();
    }

    /// <summary>The first layer's input (B,N,E), and every layer's output.</summary>
    public List<Tensor> HiddenStates(Tensor x)
    {
        var states = new List<Tensor> { x };
        foreach (var each in layer) states.Add(each.call(states[^1]));
        return states;
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ConceptExpress.Encoders.Dino;

// Shapes: B batch, N tokens, E width

/// <summary>The stack of layers of a DINO or DINOv2 model.</summary>
sealed class DinoLayers : Module
{
    readonly ModuleList<Module<Tensor, Tensor>> layer = [];

    /// <param name="count">Number of layers.</param>
    /// <param name="create">Creates one layer.</param>
    public DinoLayers(long count, Func<Module<Tensor, Tensor>> create) : base(nameof(DinoLayers))
    {
        for (var i = 0; i < count; i++) layer.Add(create());
        RegisterComponents();
    }

    /// <summary>The input of the first layer (B,N,E) and the output of every layer: 1 + layers tensors.</summary>
    public List<Tensor> HiddenStates(Tensor x)
    {
        var states = new List<Tensor> { x };
        foreach (var each in layer) states.Add(each.call(states[^1]));
        return states;
    }
}

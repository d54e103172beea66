using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>
/// Refuses configurations of networks that nobody has, before memory is taken for them: a damaged or hostile configuration, or shapes
/// without any values, may ask for more than the machine has.
/// </summary>
static class NetworkSize
{
    /// <summary>The most parameters that a network may have. The largest in use here, a UNet of Stable Diffusion 2.x, has 0.87e9.</summary>
    public const long MaxParameters = 4_000_000_000;

    /// <summary>Checks the size of a network, and returns the number of its parameters.</summary>
    /// <param name="create">Creates the network. It is called with parameters that take no memory.</param>
    /// <param name="what">The folder or file that describes it, for the message.</param>
    /// <exception cref="CheckpointException">It has more than <see cref="MaxParameters"/>.</exception>
    public static double Require(Func<nn.Module> create, string what)
    {
        var parameters = Parameters(create);
        if (parameters > MaxParameters)
            throw new CheckpointException($"{what} describes a network of {parameters:0.0e+0} parameters, more than the "
                + $"{MaxParameters:0.0e+0} of any that this program reads; download the checkpoint again.");
        return parameters;
    }

    static double Parameters(Func<nn.Module> create)
    {
        using var nowhere = Placement.Use(ScalarType.BFloat16, META);
        using var scope = NewDisposeScope();
        using var outline = create();
        return outline.parameters().Sum(parameter => (double)parameter.numel());
    }
}

using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>Initial values of modules that are trained from scratch.</summary>
static class Initialisation
{
    static readonly double LogitScale = Math.Log(1 / 0.07);

    // The last layers of residual branches start at 0, so that the network starts as a shallow one
    // (published code of "Diffusion Models Beat GANs on Image Synthesis").
    static readonly string[] Silent = ["conv2", "proj_out"];

    /// <summary>
    /// Fills all parameters. Matrices, convolutions and their biases: uniform within 1/sqrt(inputs), as in PyTorch. Embedding tables:
    /// normal with standard deviation 0.02, as in CLIP. Norms: weight 1 and bias 0. Last layers of residual branches: 0.
    /// </summary>
    public static void Fill(nn.Module module, RandomStream random)
    {
        using var quiet = no_grad();
        foreach (var (path, layer) in module.named_modules().Prepend(("", module)).DistinctBy(item => item.Item2))
        {
            using var scope = NewDisposeScope();
            var parameters = layer.named_parameters(recurse: false).ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);
            switch (layer)
            {
                case Linear or Conv2d:
                    var bound = Silent.Contains(path.Split('.')[^1])
                        ? 0
                        : 1 / Math.Sqrt(parameters["weight"].numel() / parameters["weight"].shape[0]);
                    foreach (var parameter in parameters.Values)
                        parameter.copy_(random.Uniform(parameter.shape, parameter.device) * (2 * bound) - bound);
                    break;
                case Embedding:
                    parameters["weight"].copy_(random.Normal(parameters["weight"].shape, parameters["weight"].device) * 0.02);
                    break;
                case GroupNorm or LayerNorm:
                    parameters["weight"].fill_(1);
                    parameters["bias"].fill_(0);
                    break;
                default:
                    foreach (var parameter in parameters.Values) FillOther(parameter, random);
                    break;
            }
        }
    }

    // The other parameters of CLIP: the scale of the cosines (a scalar), the class embedding (a vector), the patch projection.
    static void FillOther(Tensor parameter, RandomStream random)
    {
        if (parameter.dim() == 0) parameter.fill_(LogitScale);
        else parameter.copy_(
            random.Normal(parameter.shape, parameter.device) * (parameter.dim() == 1
            ? 0.02
            : Math.Sqrt((double)parameter.shape[0] / parameter.numel())));
    }
}

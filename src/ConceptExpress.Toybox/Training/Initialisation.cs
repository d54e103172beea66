using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Training;

/// <summary>First values of the parameters of a module that is trained from scratch.</summary>
static class Initialisation
{
    static readonly double LogitScale = Math.Log(1 / 0.07);

    // Ends of residual branches, which begin as nothing, so that the whole begins as a shallow network
    // ("Diffusion Models Beat GANs on Image Synthesis", its published code).
    static readonly string[] Silent = ["conv2", "proj_out"];

    /// <summary>
    /// Uniform up to 1/sqrt(inputs) for matrices, convolutions and their biases, as PyTorch's own layers begin; normal with deviation 0.02 for tables
    /// of rows, as CLIP's; 1 and 0 for norms; 0 for the ends of residual branches.
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
                    var bound = Silent.Contains(path.Split('.')[^1]) ? 0 : 1 / Math.Sqrt(parameters["weight"].numel() / parameters["weight"].shape[0]);
                    foreach (var parameter in parameters.Values) parameter.copy_(random.Uniform(parameter.shape, parameter.device) * (2 * bound) - bound);
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

    // CLIP's own: the factor of the cosines, a row that stands for the whole picture, the projection of patches.
    static void FillOther(Tensor parameter, RandomStream random)
    {
        if (parameter.dim() == 0) parameter.fill_(LogitScale);
        else parameter.copy_(random.Normal(parameter.shape, parameter.device) * (parameter.dim() == 1 ? 0.02 : Math.Sqrt((double)parameter.shape[0] / parameter.numel())));
    }
}

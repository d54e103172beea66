using ConceptExpress.Extraction.Learning;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Losses;

public class LossGoldenTests
{
    static readonly EarthMoverAlignment Published = new();

    static GoldenFile Open() => GoldenFile.Open("losses/losses.safetensors", committed: true);

    [Fact]
    public void MaskedDenoising_EqualsGolden_WithItsGradient()
    {
        using var scope = NewDisposeScope();
        using var golden = Open();
        var predicted = golden["mse/pred"].requires_grad_(true);
        var mask = golden["mse/masks"].amax([0]).unsqueeze(0).unsqueeze(0);
        var loss = MaskedDenoisingLoss.Of(predicted, golden["mse/target"], mask);
        loss.backward();
        Close.InLength(golden.Stored("mse/value"), loss, 0, "value", floor: 1e-6);
        var gradient = golden.Stored("mse/grad_pred");
        Close.OfDeviation(gradient, Close.FirstRows(gradient, predicted.grad!), 1e-5, "gradient");
    }

    [Fact]
    public void TokenContrast_EqualsGolden_WithItsGradient()
    {
        using var golden = Open();
        var cases = golden.Matching(@"supcon/concepts(\d+)_split(\d+)_dim\d+_T([\d.]+)/rows").ToList();
        Assert.NotEmpty(cases);
        foreach (var (key, groups) in cases)
        {
            using var scope = NewDisposeScope();
            var folder = key[..^"rows".Length];
            var rows = golden[key].requires_grad_(true);
            var loss = TokenContrastLoss.Of(rows, int.Parse(groups[1].Value), double.Parse(groups[3].Value));
            loss.backward();
            if (groups[2].Value == "1") // NaN in the reference, which has no partner to attract; zero here (docs/deviations.md)
            {
                Assert.Equal(0, loss.item<float>());
                continue;
            }
            Close.InLength(golden.Stored(folder + "value"), loss, 1e-4, key, floor: 1e-6);
            Close.InLength(golden.Stored(folder + "grad"), rows.grad!, 1e-4, key, floor: 1e-6);
        }
    }

    [Fact]
    public void Sinkhorn_EqualsGolden_WithBothGradients()
    {
        using var golden = Open();
        var cases = golden.Matching(@"sinkhorn/lam([\d.]+)_N(\d+)/value").ToList();
        Assert.NotEmpty(cases);
        foreach (var (key, groups) in cases)
        {
            using var scope = NewDisposeScope();
            var folder = key[..^"value".Length];
            var mu = golden["sinkhorn/mu"].requires_grad_(true);
            var nu = golden["sinkhorn/nu"].requires_grad_(true);
            var value = Sinkhorn.Cost(mu, nu, golden["sinkhorn/cost"], double.Parse(groups[1].Value), int.Parse(groups[2].Value));
            (value * golden["sinkhorn/weights"]).sum().backward();
            foreach (var (name, actual) in new[] { (key, value), (folder + "grad_mu", mu.grad!), (folder + "grad_nu", nu.grad!) })
                if (golden.Has(name)) Close.InLength(golden.Stored(name), Close.FirstRows(golden.Stored(name), actual), 1e-4, name);
        }
    }

    [Fact]
    public void AttentionAlignment_EqualsGolden_WithItsGradient()
    {
        using var golden = Open();
        var cases = golden.Matching("wasser/(.+)/attention").ToList();
        Assert.NotEmpty(cases);
        foreach (var (key, groups) in cases)
        {
            using var scope = NewDisposeScope();
            var (name, folder) = (groups[1].Value, key[..^"attention".Length]);
            var attention = golden[key].unsqueeze(0).requires_grad_(true);
            var loss = AttentionAlignmentLoss.PerToken(attention, golden[folder + "target"].unsqueeze(0), Published.Lambda,
                Published.Iterations);
            loss.sum().backward();
            var gradient = golden.Stored(folder + "grad_attention");
            if (!gradient.isfinite().all().item<bool>()) // an exact zero is NaN in the reference, a floor here (docs/deviations.md)
            {
                Assert.True(attention.grad!.isfinite().all().item<bool>(), name);
                continue;
            }
            Close.InLength(gradient, attention.grad![0], 1e-4, name, floor: 1e-4);
            Close.InLength(golden.Stored(folder + "value"), loss, 1e-3, name, floor: 1e-30);
        }
    }

    [Fact]
    public void AdamW_AfterClipping_EqualsGolden()
    {
        using var scope = NewDisposeScope();
        using var golden = Open();
        var rows = golden["adamw/w0"].requires_grad_(true);
        var (first, second) = (zeros_like(rows), zeros_like(rows));
        var optimizer = new TokenOptimizer(new OptimizerSettings(), passes: 1, typicalLength: 1);
        var (gradients, expected, norms) = (golden["adamw/grads"], golden.Stored("adamw/w"), golden.Stored("adamw/norms_before_clip"));
        var nothingFrozen = new ConceptExpress.Diffusion.Text.PromptLookup([]);
        for (var i = 0; i < gradients.shape[0]; i++)
        {
            (rows * gradients[i]).sum().backward();
            var norm = optimizer.Step(rows, first, second, pass: 0, i, nothingFrozen);
            Close.InLength(norms[i], tensor(norm), 1e-4, $"norm of step {i}");
            Close.Absolutely(expected[i], rows, 2e-6, $"after step {i}");
        }
    }
}

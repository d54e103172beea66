using ConceptExpress.Extraction.Losses;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Losses;

public class LossGoldenTests
{
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
        Assert.Equal(golden["mse/value"].item<float>(), loss.item<float>(), 1e-6f);
        Close.OfDeviation(golden["mse/grad_pred"], predicted.grad!, 1e-5, "gradient");
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
            var expected = golden[folder + "value"].item<float>();
            Assert.True(Math.Abs(expected - loss.item<float>()) <= 1e-4 * Math.Abs(expected) + 1e-6, $"{key}: {loss.item<float>()} for {expected}");
            Close.InLength(golden[folder + "grad"], rows.grad!, 1e-4, key, floor: 1e-6);
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
            Close.InLength(golden[key], value, 1e-4, key);
            Close.InLength(golden[folder + "grad_mu"], mu.grad!, 1e-4, folder + "grad_mu");
            Close.InLength(golden[folder + "grad_nu"], nu.grad!, 1e-4, folder + "grad_nu");
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
            var loss = AttentionAlignmentLoss.PerToken(attention, golden[folder + "target"].unsqueeze(0));
            loss.sum().backward();
            var gradient = golden.Stored(folder + "grad_attention");
            if (!gradient.isfinite().all().item<bool>()) // an exact zero is NaN in the reference, a floor here (docs/deviations.md)
            {
                Assert.True(attention.grad!.isfinite().all().item<bool>(), name);
                continue;
            }
            Close.InLength(gradient, attention.grad![0], 1e-4, name, floor: 1e-4);
            var (expected, actual) = (golden[folder + "value"].item<float>(), loss[0].item<float>());
            Assert.True(Math.Abs(expected - actual) <= 1e-3 * Math.Abs(expected) || (Math.Abs(expected) < 1e-30 && Math.Abs(actual) < 1e-30), $"{name}: {actual} for {expected}");
        }
    }

    [Fact]
    public void AdamW_AfterClipping_EqualsGolden()
    {
        using var scope = NewDisposeScope();
        using var golden = Open();
        var rows = new TorchSharp.Modules.Parameter(golden["adamw/w0"], requires_grad: true);
        var settings = ExtractionSettings.Paper;
        using var optimizer = new ConceptExpress.Extraction.Learning.TokenOptimizer(rows, settings, typicalLength: 1);
        var (gradients, expected, norms) = (golden["adamw/grads"], golden["adamw/w"], golden["adamw/norms_before_clip"]);
        var nothingFrozen = new ConceptExpress.Diffusion.Text.TokenLookup(rows, zeros(1), zeros(1, dtype: int64));
        for (var i = 0; i < gradients.shape[0]; i++)
        {
            (rows * gradients[i]).sum().backward();
            var norm = optimizer.Step(pass: 0, nothingFrozen);
            Assert.Equal(norms[i].item<float>(), norm, 1e-4 * norm);
            Close.Absolutely(expected[i], rows, 2e-6, $"after step {i}");
        }
    }
}

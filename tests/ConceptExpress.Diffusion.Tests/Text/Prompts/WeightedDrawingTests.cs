using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;
using TorchSharp;

namespace ConceptExpress.Diffusion.Tests.Text.Prompts;

public sealed class WeightedDrawingTests : IDisposable
{
    readonly StableDiffusion model = StableDiffusion.Load(TestFolders.Toybox);
    readonly PromptEncoder prompts;

    public WeightedDrawingTests() => prompts = new PromptEncoder(model.Texts, []);

    public void Dispose() => model.Dispose();

    [Theory, InlineData("a duck"), InlineData("a photo of a car, on grass."), InlineData("")]
    public void APromptWithoutSyntax_GivesTheSameBytes_InEverySyntax(string prompt)
    {
        var plain = Draw(prompt, PromptSyntax.Plain);
        Assert.Equal(plain, Draw(prompt, PromptSyntax.A1111));
        Assert.Equal(plain, Draw(prompt, PromptSyntax.ComfyUI));
    }

    [Fact]
    public void Weights_ChangeThePicture_AndAWeightOfOneDoesNot()
    {
        var plain = Draw("a red car", PromptSyntax.Plain);
        foreach (var syntax in (PromptSyntax[])[PromptSyntax.A1111, PromptSyntax.ComfyUI])
        {
            Assert.Equal(plain, Draw("a (red:1.0) car", syntax));
            Assert.NotEqual(plain, Draw("a (red:1.8) car", syntax));
        }
        Assert.NotEqual(Draw("a (red:1.8) car", PromptSyntax.A1111), Draw("a (red:1.8) car", PromptSyntax.ComfyUI));
    }

    [Fact]
    public void A1111_MultipliesStates_AndKeepsTheirMean()
    {
        using var scope = torch.NewDisposeScope();
        var (plain, weighted) = (Encode("a red car", PromptSyntax.Plain), Encode("a (red:1.5) car", PromptSyntax.A1111));
        Assert.Equal(plain.mean().item<float>(), weighted.mean().item<float>(), 1e-5);
        var factors = (weighted / plain).mean([2]).data<float>().ToArray();
        Assert.Equal(1.5, factors[2] / factors[1], 1e-3);
        Assert.All(factors.Skip(3), factor => Assert.Equal(factors[1], factor, 1e-4));
    }

    [Fact]
    public void ComfyUI_MovesStatesFromThoseOfTheEmptyPrompt()
    {
        using var scope = torch.NewDisposeScope();
        var (plain, empty) = (Encode("a red car", PromptSyntax.Plain), Encode("", PromptSyntax.Plain));
        var weighted = Encode("a (red:1.5) car", PromptSyntax.ComfyUI);
        var expected = plain.clone();
        expected[0, 2] = (plain[0, 2] - empty[0, 2]) * 1.5 + empty[0, 2];
        Assert.True(expected.allclose(weighted, atol: 1e-5));
        Assert.True(plain[0, 1].Equals(weighted[0, 1]) || plain[0, 1].allclose(weighted[0, 1], rtol: 0, atol: 0));
    }

    [Fact]
    public void Chunks_AreEncodedAlone_AndStandOneAfterTheOther()
    {
        using var scope = torch.NewDisposeScope();
        var both = Encode("a red car BREAK a duck", PromptSyntax.A1111);
        var apart = torch.cat([Encode("a red car", PromptSyntax.Plain), Encode("a duck", PromptSyntax.Plain)], 1);
        Assert.Equal(apart.shape, both.shape);
        Assert.True(apart.allclose(both, atol: 1e-5));
    }

    [Fact]
    public void PromptsOfDifferentLengths_AreDrawnTogether_AsOneChunkTwiceWouldBe()
    {
        // One chunk is read twice beside two chunks: attention to the same keys twice is attention to them once.
        var once = Draw("a duck", PromptSyntax.A1111, negative: "a car");
        var twice = Draw("a duck BREAK a duck", PromptSyntax.A1111, negative: "a car");
        Assert.All(once.Zip(twice), pair => Assert.InRange(pair.First - pair.Second, -2, 2));
        Assert.NotEqual(once, Draw("a duck BREAK a red car BREAK a car", PromptSyntax.A1111, negative: "a car BREAK a duck"));
    }

    torch.Tensor Encode(string prompt, PromptSyntax syntax)
    {
        using var noGrad = torch.no_grad();
        return prompts.Encode(prompt, syntax, null).Context;
    }

    byte[] Draw(string prompt, PromptSyntax syntax, string negative = "") => new TextToImage(model, []).Generate(new GenerationSettings
    {
        Prompt = prompt,
        NegativePrompt = negative,
        Syntax = syntax,
        Sampling = new SamplingSettings { Steps = 2 },
        Width = 32,
        Height = 32,
    }, stop: TestContext.Current.CancellationToken).Pixels.ToArray();
}

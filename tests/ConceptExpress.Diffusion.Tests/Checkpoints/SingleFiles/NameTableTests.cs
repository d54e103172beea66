using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Diffusion.Unet;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>
/// The tables of names against the original programs' names of whole checkpoints (with few channels), and against each other.
/// </summary>
public sealed class NameTableTests
{
    static readonly VaeConfig FullVae = new()
    {
        BlockOutChannels = [4, 8, 16, 16],
        LayersPerBlock = 2,
        NormNumGroups = 4,
        DownBlockTypes = [.. Enumerable.Repeat("DownEncoderBlock2D", 4)],
        UpBlockTypes = [.. Enumerable.Repeat("UpDecoderBlock2D", 4)],
    };

    static UnetConfig FullUnet(bool second) => new()
    {
        BlockOutChannels = [8, 16, 32, 32],
        NormNumGroups = 4,
        CrossAttentionDim = [12],
        AttentionHeads = [4],
        UseLinearProjection = second,
    };

    static Dictionary<string, long[]> OriginalUnet(bool second) => OriginalNames.Unet(8, [1, 2, 4, 4], 2, [0, 1, 2], 12, second);

    [Theory, InlineData(false), InlineData(true)]
    public void Unet_HasTheOriginalNamesAndShapes(bool second)
    {
        using var scope = NewDisposeScope();
        using var module = new UNet2DConditionModel(FullUnet(second));
        var table = UnetNames.Of(FullUnet(second));
        IsBijection(OriginalUnet(second), module, table.ToDiffusers, table.ToOriginal, tensors: 686);
    }

    [Fact]
    public void Vae_HasTheOriginalNamesAndShapes()
    {
        using var scope = NewDisposeScope();
        using var module = new AutoencoderKL(FullVae);
        var table = VaeNames.Of(4, 2);
        IsBijection(OriginalNames.Vae(4, [1, 2, 4, 4], 2, 4), module, table.ToDiffusers, table.ToOriginal, tensors: 248);
    }

    [Fact]
    public void TextOfSecond_HasOpenClipsNamesAndShapes_WithoutItsLastBlock()
    {
        using var scope = NewDisposeScope();
        var config = new ClipTextConfig { VocabularySize = 10, HiddenSize = 8, IntermediateSize = 32, Layers = 23, Heads = 2 };
        using var module = new ClipTextModel(config);
        var table = TextNames.OpenClip(23);
        IsBijection(UsedOfOpenClip(8, 10), module, table.ToDiffusers, table.ToOriginal, tensors: 23 * 16 + 4);
    }

    [Fact]
    public void TextOfFirst_HasTheNamesOfTransformers()
    {
        using var scope = NewDisposeScope();
        using var module = new ClipTextModel(new ClipTextConfig { VocabularySize = 10, HiddenSize = 8, IntermediateSize = 32 });
        var names = module.state_dict().ToDictionary(pair => pair.Key["text_model.".Length..], pair => pair.Value.shape);
        IsBijection(names, module, TextNames.Transformers.ToDiffusers, TextNames.Transformers.ToOriginal, tensors: 196);
    }

    /// <summary>The true shapes, without memory for any of them: as the original programs make their layers, and as ours are.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void TrueShapes_AreTheOriginals(bool second)
    {
        using var scope = NewDisposeScope();
        using var text = TrueCheckpoint.Outline("text_encoder", second);
        using var unet = TrueCheckpoint.Outline("unet", second);
        using var vae = TrueCheckpoint.Outline("vae", second);
        var (unetNames, vaeNames) = (UnetNames.Of(TrueCheckpoint.Unet(second)), VaeNames.Of(4, 2));
        IsBijection(OriginalNames.Unet(320, [1, 2, 4, 4], 2, [0, 1, 2], second ? 1024 : 768, second), unet, unetNames.ToDiffusers,
            unetNames.ToOriginal, tensors: 686);
        IsBijection(OriginalNames.Vae(128, [1, 2, 4, 4], 2, 4), vae, vaeNames.ToDiffusers, vaeNames.ToOriginal, tensors: 248);
        if (!second)
        {
            var names = text.state_dict().ToDictionary(pair => pair.Key["text_model.".Length..], pair => pair.Value.shape);
            Assert.Equal([49408, 768], names["embeddings.token_embedding.weight"]);
            IsBijection(names, text, TextNames.Transformers.ToDiffusers, TextNames.Transformers.ToOriginal, tensors: 196);
            return;
        }
        var table = TextNames.OpenClip(23);
        IsBijection(UsedOfOpenClip(1024, 49408), text, table.ToDiffusers, table.ToOriginal, tensors: 372);
    }

    // 24 blocks are stored, 23 used.
    static Dictionary<string, long[]> UsedOfOpenClip(long width, long words)
    {
        var all = OriginalNames.OpenClip(24, width, words, 77);
        Assert.Equal(294, all.Count);
        using var thirds = new ThirdsSource(new NamedShapes(all), name => name.Contains("in_proj"));
        return thirds.Names.Where(name => !name.Contains("resblocks.23.") && name is not ("text_projection" or "logit_scale"))
            .ToDictionary(name => name, name => thirds[name].Shape);
    }

    // Where the original's numbering surprises.
    [Theory]
    [InlineData("input_blocks.3.0.op.weight", "down_blocks.0.downsamplers.0.conv.weight")]
    [InlineData("input_blocks.4.0.skip_connection.bias", "down_blocks.1.resnets.0.conv_shortcut.bias")]
    [InlineData("input_blocks.11.0.in_layers.2.weight", "down_blocks.3.resnets.1.conv1.weight")]
    [InlineData("middle_block.0.in_layers.0.weight", "mid_block.resnets.0.norm1.weight")]
    [InlineData("middle_block.2.out_layers.3.weight", "mid_block.resnets.1.conv2.weight")]
    [InlineData("middle_block.1.proj_in.weight", "mid_block.attentions.0.proj_in.weight")]
    [InlineData("output_blocks.2.1.conv.bias", "up_blocks.0.upsamplers.0.conv.bias")]
    [InlineData("output_blocks.5.2.conv.bias", "up_blocks.1.upsamplers.0.conv.bias")]
    [InlineData("output_blocks.8.2.conv.bias", "up_blocks.2.upsamplers.0.conv.bias")]
    [InlineData("output_blocks.11.1.transformer_blocks.0.ff.net.0.proj.weight",
        "up_blocks.3.attentions.2.transformer_blocks.0.ff.net.0.proj.weight")]
    public void Unet_NumbersBlocksAsTheOriginal(string original, string diffusers) =>
        Assert.Equal(diffusers, UnetNames.Of(FullUnet(second: false)).ToDiffusers(original));

    [Theory]
    [InlineData("decoder.up.3.block.0.norm1.weight", "decoder.up_blocks.0.resnets.0.norm1.weight")]
    [InlineData("decoder.up.0.block.0.nin_shortcut.weight", "decoder.up_blocks.3.resnets.0.conv_shortcut.weight")]
    [InlineData("decoder.mid.block_2.conv1.weight", "decoder.mid_block.resnets.1.conv1.weight")]
    [InlineData("encoder.mid.attn_1.q.weight", "encoder.mid_block.attentions.0.to_q.weight")]
    [InlineData("encoder.mid.attn_1.k.weight", "encoder.mid_block.attentions.0.to_k.weight")]
    [InlineData("encoder.mid.attn_1.v.weight", "encoder.mid_block.attentions.0.to_v.weight")]
    [InlineData("encoder.mid.attn_1.proj_out.weight", "encoder.mid_block.attentions.0.to_out.0.weight")]
    public void Vae_NumbersBlocksAsTheOriginal(string original, string diffusers) =>
        Assert.Equal(diffusers, VaeNames.Of(4, 2).ToDiffusers(original));

    [Theory]
    [InlineData("transformer.resblocks.1.ln_1.weight", "text_model.encoder.layers.1.layer_norm1.weight")]
    [InlineData("transformer.resblocks.1.ln_2.weight", "text_model.encoder.layers.1.layer_norm2.weight")]
    [InlineData("transformer.resblocks.1.mlp.c_fc.bias", "text_model.encoder.layers.1.mlp.fc1.bias")]
    [InlineData("transformer.resblocks.1.attn.in_proj_weight[q]", "text_model.encoder.layers.1.self_attn.q_proj.weight")]
    [InlineData("transformer.resblocks.1.attn.in_proj_weight[k]", "text_model.encoder.layers.1.self_attn.k_proj.weight")]
    [InlineData("transformer.resblocks.1.attn.in_proj_bias[v]", "text_model.encoder.layers.1.self_attn.v_proj.bias")]
    public void TextOfSecond_IsNamedAsTheOriginal(string original, string diffusers) =>
        Assert.Equal(diffusers, TextNames.OpenClip(2).ToDiffusers(original));

    [Theory, InlineData("conv_in.weight"), InlineData("input_blocks.12.0.in_layers.0.weight"), InlineData("label_emb.0.0.weight")]
    public void NamesThatAUnetDoesNotHave_AreNotTranslated(string name) =>
        Assert.Null(UnetNames.Of(FullUnet(second: false)).ToDiffusers(name));

    static void IsBijection(
        Dictionary<string, long[]> original, nn.Module module, Func<string, string?> toDiffusers, Func<string, string?> toOriginal,
        int tensors)
    {
        var state = module.state_dict();
        Assert.Equal(tensors, original.Count);
        Assert.Equal(original.Keys.Order(), state.Keys.Select(toOriginal).Order());
        Assert.Equal(state.Keys.Order(), original.Keys.Select(toDiffusers).Order());
        foreach (var (name, shape) in original)
        {
            var ours = toDiffusers(name)!;
            Assert.Equal(name, toOriginal(ours));
            // The autoencoder's attention has matrices here and 1x1 convolutions there; nothing else differs.
            Assert.Equal(name.Contains(".attn_1.") && shape.Length == 4 ? shape[..2] : shape, state[ours].shape);
        }
    }
}

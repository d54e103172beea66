using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Checkpoints.SingleFiles;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>Every file that is something else is refused by what it is, in one sentence.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    const string First = "model.diffusion_model.input_blocks.0.0.weight";

    readonly TemporaryFolder output = new();

    public void Dispose() => output.Dispose();

    [Theory]
    [InlineData("is SDXL;", "conditioner.embedders.0.transformer.text_model.x", "conditioner.embedders.1.model.x", First)]
    [InlineData("an SDXL refiner", "conditioner.embedders.0.model.x", First)]
    [InlineData("label_emb", "model.diffusion_model.label_emb.0.0.weight", First)]
    [InlineData("Stable Diffusion 3", "model.diffusion_model.joint_blocks.0.x_block.attn.proj.weight", "x.y")]
    [InlineData("FLUX", "double_blocks.0.img_attn.proj.weight", "x.y")]
    [InlineData("FLUX", "model.diffusion_model.double_blocks.0.img_attn.proj.weight", "x.y")]
    [InlineData("Stable Video Diffusion", "model.diffusion_model.input_blocks.1.0.time_stack.in_layers.0.weight", First)]
    [InlineData("a ControlNet", "control_model.input_hint_block.0.weight", "control_model.input_blocks.0.0.weight")]
    [InlineData("a ControlNet", "input_hint_block.0.weight", "input_blocks.0.0.weight")]
    [InlineData("a LoRA", "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight", "lora_te_text_model.lora_up.weight")]
    [InlineData("a LoRA", "unet.down_blocks.0.attentions.0.to_q.lora_A.weight", "unet.down_blocks.0.attentions.0.to_q.lora_B.weight")]
    [InlineData("an autoencoder alone;", "encoder.down.0.block.0.norm1.weight", "decoder.up.0.block.0.norm1.weight")]
    [InlineData("an autoencoder alone;", "first_stage_model.encoder.down.0.x", "first_stage_model.decoder.up.0.x")]
    [InlineData("an autoencoder alone, with the names of a model folder", "encoder.down_blocks.0.resnets.0.norm1.bias", "x")]
    [InlineData("a UNet alone, with the names of a model folder", "down_blocks.0.resnets.0.norm1.bias", "up_blocks.0.x")]
    [InlineData("a UNet alone;", "input_blocks.0.0.weight", "out.2.bias")]
    [InlineData("a text encoder alone, with the names of a model folder", "text_model.final_layer_norm.weight", "text_model.x")]
    [InlineData("a text encoder alone;", "transformer.resblocks.0.ln_1.weight", "ln_final.weight")]
    [InlineData("a text encoder alone;", "cond_stage_model.model.ln_final.weight", "cond_stage_model.model.ln_final.bias")]
    [InlineData("an embedding file", "emb_params")]
    [InlineData("an embedding file", "<toy>")]
    [InlineData("an embedding file", "clip_l", "clip_g")]
    [InlineData("only a moving average", "model_ema.diffusion_modelout2bias", "model_ema.decay")]
    [InlineData("no checkpoint that is known here", "layers.0.weight", "layers.1.weight")]
    public void AForeignFile_IsNamed(string what, params string[] names)
    {
        using var scope = NewDisposeScope();
        Refused(what, names.ToDictionary(name => name, name => name == First ? zeros(8, 4, 3, 3) : zeros(2, 2)));
    }

    [Theory, InlineData(9, "inpainting"), InlineData(8, "instruct-pix2pix"), InlineData(7, "upscaler"), InlineData(5, "depth-to-image")]
    public void ACheckpointThatTakesMoreThanALatent_IsNamed(int channels, string what)
    {
        using var scope = NewDisposeScope();
        Refused(what, new() { [First] = zeros(8, channels, 3, 3), ["cond_stage_model.transformer.x"] = zeros(1) });
    }

    [Fact]
    public void ACheckpoint_IsNotRefused()
    {
        using var scope = NewDisposeScope();
        foreach (var second in new[] { false, true })
        {
            using var checkpoint = new TinyCheckpoint(second);
            var tensors = new SingleFileWriter(checkpoint.Folder).Tensors();
            tensors["lora_unet_x.lora_up.weight"] = zeros(1); // beside a whole checkpoint these do not make a LoRA
            ForeignFiles.Refuse(new NamedShapes(tensors.ToDictionary(pair => pair.Key, pair => pair.Value.shape)));
        }
    }

    [Theory, InlineData(".ckpt"), InlineData(".pt")]
    public void ADamagedPickle_IsRefused(string extension) =>
        Assert.StartsWith(output["model" + extension], OneSentence(output.Write("model" + extension, [0x80, 2])), StringComparison.Ordinal);

    [Fact]
    public void AFileOfAnotherFormat_IsRefused() =>
        Assert.Contains("not a usable safetensors file", OneSentence(output.Write("model.safetensors", "nothing of the kind")));

    void Refused(string what, Dictionary<string, Tensor> tensors)
    {
        SingleFileWriter.Write(output["foreign.safetensors"], tensors);
        Assert.Contains(what, OneSentence(output["foreign.safetensors"]));
    }

    static string OneSentence(string path)
    {
        var message = Assert.ThrowsAny<CheckpointException>(() => StableDiffusion.Load(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Matches(@"^[^\r\n]+; [^\r\n]+\.$", message);
        Assert.DoesNotContain(". ", message);
        return message;
    }
}

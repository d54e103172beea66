using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

/// <summary>Whatever is wrong with a model folder, one sentence names it.</summary>
public sealed class DamagedCheckpointTests : IDisposable
{
    readonly TinyCheckpoint checkpoint = new();

    public void Dispose() => checkpoint.Dispose();

    string Refusal(params string[] culprits)
    {
        var message = Assert.ThrowsAny<CheckpointException>(() => StableDiffusion.Load(checkpoint.Folder)).Message;
        Assert.Matches(@"^[^\r\n]+\.$", message);
        Assert.DoesNotContain(". ", message);
        Assert.Contains(checkpoint.Folder, message);
        Assert.All(culprits, culprit => Assert.Contains(culprit, message));
        return message;
    }

    [Theory]
    [InlineData("tokenizer"), InlineData("scheduler"), InlineData("text_encoder"), InlineData("unet"), InlineData("vae")]
    public void Load_WithoutAPart_NamesIt(string part)
    {
        Directory.Delete(Path.Combine(checkpoint.Folder, part), recursive: true);
        Refusal($"no {part} folder");
    }

    [Theory]
    [InlineData("text_encoder"), InlineData("unet"), InlineData("vae")]
    public void Load_WithoutConfigurationOrWeights_NamesTheFile(string part)
    {
        File.Delete(checkpoint.WeightsOf(part));
        Refusal(Path.Combine(checkpoint.Folder, part), TinyCheckpoint.WeightsName(part));
        File.Delete(checkpoint.At(part, "config.json"));
        Refusal(checkpoint.At(part, "config.json"));
    }

    [Fact]
    public void Load_OfAFolderThatIsNotThere_SaysSo()
    {
        var nowhere = Path.Combine(checkpoint.Folder, "none");
        Assert.Contains($"{nowhere} does not exist", Assert.Throws<CheckpointException>(() => StableDiffusion.Load(nowhere)).Message);
    }

    [Theory]
    [InlineData("text_encoder", "text_model.final_layer_norm.bias")]
    [InlineData("unet", "time_embedding.linear_1.weight")]
    [InlineData("vae", "quant_conv.weight")]
    public void Load_WithoutAWeight_NamesIt(string part, string name)
    {
        checkpoint.Change(part, tensors => Assert.True(tensors.Remove(name)));
        Refusal(part, $"1 tensor missing ('{name}')");
    }

    [Theory]
    [InlineData("text_encoder", "text_model.final_layer_norm.bias")]
    [InlineData("unet", "conv_in.bias")]
    [InlineData("vae", "encoder.conv_in.bias")]
    public void Load_OfAWeightOfAnotherShape_NamesItWithBothShapes(string part, string name)
    {
        long size = 0;
        checkpoint.Change(part, tensors =>
        {
            size = tensors[name].shape[0];
            tensors[name] = zeros(size + 1);
        });
        Refusal(part, $"'{name}' is [{size + 1}] instead of [{size}]");
    }

    [Fact]
    public void Load_OfAWeightTooMany_NamesIt()
    {
        checkpoint.Change("unet", tensors => tensors["lora.up"] = zeros(1));
        Refusal("unet", "1 tensor unexpected ('lora.up')");
    }

    [Theory]
    [InlineData(@"(""data_offsets"":\[\d+),\d+", "$1,99999999")]
    [InlineData(@"(""data_offsets"":)\[\d+,", "$1[7,")]
    [InlineData(@"""F32""", @"""F16""")]
    [InlineData(@"(""shape"":\[)", "${1}3,")]
    [InlineData("$", "}")]
    public void Load_OfAHeaderThatLies_NamesTheFile(string pattern, string replacement)
    {
        var path = checkpoint.WeightsOf("unet");
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var lie = Encoding.UTF8.GetBytes(new Regex(pattern).Replace(Encoding.UTF8.GetString(bytes, 8, length), replacement, 1));
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)lie.Length), .. lie, .. bytes[(8 + length)..]]);
        Refusal(path);
    }

    [Theory]
    [InlineData(1.0 / 3), InlineData(0.9), InlineData(0)]
    public void Load_OfWeightsThatAreCutOff_NamesTheFile(double share)
    {
        var path = checkpoint.WeightsOf("vae");
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(int)(bytes.Length * share)]);
        Refusal(path);
    }

    [Fact]
    public void Load_WithoutAShard_NamesIt()
    {
        var shard = checkpoint.Shard()[^1];
        File.Delete(checkpoint.At("unet", shard));
        Refusal(shard);
    }

    [Theory]
    [InlineData("unet", "attention_head_dim", "3"), InlineData("unet", "norm_num_groups", "3"), InlineData("unet", "layers_per_block", "0")]
    [InlineData("unet", "block_out_channels", "[]"), InlineData("unet", "block_out_channels", "null")]
    [InlineData("unet", "down_block_types", """["DownBlock2D"]""")]
    [InlineData("unet", "up_block_types", """["UpBlock2D","SkipUpBlock2D"]"""), InlineData("unet", "class_embed_type", "\"timestep\"")]
    [InlineData("unet", "in_channels", "\"four\""), InlineData("unet", "norm_eps", "-1"), InlineData("unet", "act_fn", "\"mish\"")]
    [InlineData("vae", "latent_channels", "0"), InlineData("vae", "scaling_factor", "0")]
    [InlineData("vae", "norm_num_groups", "3"), InlineData("vae", "up_block_types", "[]")]
    [InlineData("text_encoder", "hidden_act", "\"relu\""), InlineData("text_encoder", "num_attention_heads", "3")]
    [InlineData("text_encoder", "vocab_size", "-1")]
    [InlineData("scheduler", "prediction_type", "\"sample\""), InlineData("tokenizer", "model_max_length", "0")]
    public void Load_OfAWrongConfiguration_NamesTheField(string part, string field, string value)
    {
        checkpoint.Configure(part, field, value);
        Refusal(Path.Combine(checkpoint.Folder, part), field);
    }

    // Without any weights of that size: it would ask for memory before the weights are compared.
    [Theory]
    [InlineData("unet", "block_out_channels", "[65536,65536]"), InlineData("vae", "block_out_channels", "[65536,65536]")]
    [InlineData("text_encoder", "intermediate_size", "262144")]
    public void Load_OfANetworkThatNobodyHas_IsRefusedBeforeItTakesMemory(string part, string field, string value)
    {
        if (part == "text_encoder")
        {
            checkpoint.Configure(part, "hidden_size", "65536");
            checkpoint.Configure("unet", "cross_attention_dim", "65536");
        }
        checkpoint.Configure(part, field, value);
        Refusal("a network of", "parameters");
    }

    [Theory]
    [InlineData("{"), InlineData("[]"), InlineData(""), InlineData("null")]
    public void Load_OfAConfigurationThatIsNone_NamesTheFile(string json)
    {
        File.WriteAllText(checkpoint.At("unet", "config.json"), json);
        Refusal(checkpoint.At("unet", "config.json"));
    }

    [Theory]
    [InlineData("unet", "cross_attention_dim", "16", "text of width 16, the text encoder gives 8")]
    [InlineData("unet", "in_channels", "6", "the UNet has 6 channels, the autoencoder 4")]
    [InlineData("vae", "latent_channels", "16", "the UNet has 4 channels, the autoencoder 16")]
    [InlineData("text_encoder", "vocab_size", "9", "words, the text encoder 9")]
    [InlineData("text_encoder", "max_position_embeddings", "6", "the text encoder has 6 positions")]
    public void Load_OfPartsOfDifferentModels_SaysWhichDoNotFit(string part, string field, string value, string problem)
    {
        checkpoint.Configure(part, field, value);
        Refusal("do not belong together", problem);
    }
}

namespace ConceptExpress.Diffusion.Tests.Checkpoints.SingleFiles;

/// <summary>
/// Names and shapes in a file of the original programs, made in the order in which those programs make their layers. Written without the
/// tables that are tested, as their other half.
/// </summary>
sealed class OriginalNames
{
    readonly Dictionary<string, long[]> shapes = new(StringComparer.Ordinal);

    public static Dictionary<string, long[]> Unet(long width, int[] factors, int layers, int[] attended, long text, bool linear)
    {
        var names = new OriginalNames();
        names.AddUnet(width, factors, layers, attended, text, linear);
        return names.shapes;
    }

    public static Dictionary<string, long[]> Vae(long width, int[] factors, int layers, long latent)
    {
        var names = new OriginalNames();
        names.AddEncoder(width, factors, layers, latent);
        names.AddDecoder(width, factors, layers, latent);
        names.Conv("quant_conv", 2 * latent, 2 * latent, 1);
        names.Conv("post_quant_conv", latent, latent, 1);
        return names.shapes;
    }

    public static Dictionary<string, long[]> OpenClip(int blocks, long width, long words, long positions)
    {
        var names = new OriginalNames();
        (names.shapes["token_embedding.weight"], names.shapes["positional_embedding"]) = ([words, width], [positions, width]);
        for (var i = 0; i < blocks; i++)
        {
            var block = $"transformer.resblocks.{i}";
            names.Norm($"{block}.ln_1", width);
            (names.shapes[$"{block}.attn.in_proj_weight"], names.shapes[$"{block}.attn.in_proj_bias"]) = ([3 * width, width], [3 * width]);
            names.Linear($"{block}.attn.out_proj", width, width);
            names.Norm($"{block}.ln_2", width);
            names.Linear($"{block}.mlp.c_fc", width, 4 * width);
            names.Linear($"{block}.mlp.c_proj", 4 * width, width);
        }
        names.Norm("ln_final", width);
        (names.shapes["text_projection"], names.shapes["logit_scale"]) = ([width, width], []);
        return names.shapes;
    }

    void AddUnet(long width, int[] factors, int layers, int[] attended, long text, bool linear)
    {
        Linear("time_embed.0", width, 4 * width);
        Linear("time_embed.2", 4 * width, 4 * width);
        Conv("input_blocks.0.0", 4, width, 3);
        var (channels, block, skips) = (width, 1, new Stack<long>([width]));
        for (var level = 0; level < factors.Length; level++)
        {
            for (var i = 0; i < layers; i++, block++)
            {
                Residual($"input_blocks.{block}.0", channels, channels = factors[level] * width, 4 * width);
                if (attended.Contains(level)) Transformer($"input_blocks.{block}.1", channels, text, linear);
                skips.Push(channels);
            }
            if (level == factors.Length - 1) continue;
            Conv($"input_blocks.{block++}.0.op", channels, channels, 3);
            skips.Push(channels);
        }
        Residual("middle_block.0", channels, channels, 4 * width);
        Transformer("middle_block.1", channels, text, linear);
        Residual("middle_block.2", channels, channels, 4 * width);
        block = 0;
        for (var level = factors.Length - 1; level >= 0; level--)
            for (var i = 0; i <= layers; i++, block++)
            {
                var entry = 0;
                Residual($"output_blocks.{block}.{entry++}", channels + skips.Pop(), channels = factors[level] * width, 4 * width);
                if (attended.Contains(level)) Transformer($"output_blocks.{block}.{entry++}", channels, text, linear);
                if (level > 0 && i == layers) Conv($"output_blocks.{block}.{entry}.conv", channels, channels, 3);
            }
        Norm("out.0", channels);
        Conv("out.2", channels, 4, 3);
    }

    void Residual(string name, long inputs, long outputs, long time)
    {
        Norm($"{name}.in_layers.0", inputs);
        Conv($"{name}.in_layers.2", inputs, outputs, 3);
        Linear($"{name}.emb_layers.1", time, outputs);
        Norm($"{name}.out_layers.0", outputs);
        Conv($"{name}.out_layers.3", outputs, outputs, 3);
        if (inputs != outputs) Conv($"{name}.skip_connection", inputs, outputs, 1);
    }

    void Transformer(string name, long channels, long text, bool linear)
    {
        Norm($"{name}.norm", channels);
        foreach (var projection in new[] { "proj_in", "proj_out" })
            if (linear) Linear($"{name}.{projection}", channels, channels);
            else Conv($"{name}.{projection}", channels, channels, 1);
        var block = $"{name}.transformer_blocks.0";
        foreach (var (attention, context) in new[] { ("attn1", channels), ("attn2", text) })
        {
            shapes[$"{block}.{attention}.to_q.weight"] = [channels, channels];
            shapes[$"{block}.{attention}.to_k.weight"] = shapes[$"{block}.{attention}.to_v.weight"] = [channels, context];
            Linear($"{block}.{attention}.to_out.0", channels, channels);
        }
        Linear($"{block}.ff.net.0.proj", channels, 8 * channels);
        Linear($"{block}.ff.net.2", 4 * channels, channels);
        for (var i = 1; i <= 3; i++) Norm($"{block}.norm{i}", channels);
    }

    void AddEncoder(long width, int[] factors, int layers, long latent)
    {
        Conv("encoder.conv_in", 3, width, 3);
        var channels = width;
        for (var level = 0; level < factors.Length; level++)
        {
            for (var i = 0; i < layers; i++) VaeBlock($"encoder.down.{level}.block.{i}", channels, channels = factors[level] * width);
            if (level < factors.Length - 1) Conv($"encoder.down.{level}.downsample.conv", channels, channels, 3);
        }
        Middle("encoder.mid", channels);
        Norm("encoder.norm_out", channels);
        Conv("encoder.conv_out", channels, 2 * latent, 3);
    }

    void AddDecoder(long width, int[] factors, int layers, long latent)
    {
        var channels = factors[^1] * width;
        Conv("decoder.conv_in", latent, channels, 3);
        Middle("decoder.mid", channels);
        for (var level = factors.Length - 1; level >= 0; level--)
        {
            for (var i = 0; i <= layers; i++) VaeBlock($"decoder.up.{level}.block.{i}", channels, channels = factors[level] * width);
            if (level > 0) Conv($"decoder.up.{level}.upsample.conv", channels, channels, 3);
        }
        Norm("decoder.norm_out", channels);
        Conv("decoder.conv_out", channels, 3, 3);
    }

    void Middle(string name, long channels)
    {
        VaeBlock($"{name}.block_1", channels, channels);
        Norm($"{name}.attn_1.norm", channels);
        foreach (var layer in new[] { "q", "k", "v", "proj_out" }) Conv($"{name}.attn_1.{layer}", channels, channels, 1);
        VaeBlock($"{name}.block_2", channels, channels);
    }

    void VaeBlock(string name, long inputs, long outputs)
    {
        Norm($"{name}.norm1", inputs);
        Conv($"{name}.conv1", inputs, outputs, 3);
        Norm($"{name}.norm2", outputs);
        Conv($"{name}.conv2", outputs, outputs, 3);
        if (inputs != outputs) Conv($"{name}.nin_shortcut", inputs, outputs, 1);
    }

    void Linear(string name, long inputs, long outputs) => Add(name, [outputs, inputs], outputs);
    void Conv(string name, long inputs, long outputs, long side) => Add(name, [outputs, inputs, side, side], outputs);
    void Norm(string name, long channels) => Add(name, [channels], channels);
    void Add(string name, long[] weight, long bias) => (shapes[$"{name}.weight"], shapes[$"{name}.bias"]) = (weight, [bias]);
}

namespace ConceptExpress.Diffusion.Checkpoints.SingleFiles;

/// <summary>
/// Names in the text encoder. Files of Stable Diffusion 1.x have CLIP's names from the transformers library; files of 2.x have OpenCLIP's,
/// with queries, keys and values in one tensor (<see cref="ThirdsSource"/>).
/// </summary>
static class TextNames
{
    static readonly (string Original, string Diffusers)[] Layer =
    [
        ("ln_1", "layer_norm1"), ("ln_2", "layer_norm2"), ("mlp.c_fc", "mlp.fc1"), ("mlp.c_proj", "mlp.fc2"),
        ("attn.out_proj", "self_attn.out_proj"),
        .. from kind in new[] { "weight", "bias" }
           from third in ThirdsSource.Thirds
           select ($"attn.in_proj_{kind}[{third}]", $"self_attn.{third}_proj.{kind}"),
    ];

    /// <summary>
    /// The names of 1.x, below <c>cond_stage_model.transformer.</c> and, in most files, <c>text_model.</c>; both are removed before.
    /// </summary>
    public static NameTable Transformers { get; } =
        new([.. new[] { "embeddings", "encoder", "final_layer_norm" }.Select(module => (module, $"text_model.{module}"))]);

    /// <summary>Returns the names of 2.x, below <c>cond_stage_model.model.</c></summary>
    /// <param name="layers">Number of layers that are used.</param>
    public static NameTable OpenClip(int layers) =>
        new(
        [
            ("token_embedding", "text_model.embeddings.token_embedding"),
            ("positional_embedding", "text_model.embeddings.position_embedding.weight"),
            ("ln_final", "text_model.final_layer_norm"),
            .. from i in Enumerable.Range(0, layers)
               from layer in Layer
               select ($"transformer.resblocks.{i}.{layer.Original}", $"text_model.encoder.layers.{i}.{layer.Diffusers}"),
        ]);
}

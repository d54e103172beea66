using ConceptExpress.Encoders.Clip;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

public sealed class ClipGoldenTests : IDisposable
{
    readonly ClipEncoder encoder = ClipEncoder.Load(GoldenEncoder.Folder("clip"));
    readonly TorchSharp.DisposeScope scope = NewDisposeScope();
    readonly IDisposable quiet = no_grad();

    ClipModel Model => encoder.Model;

    public void Dispose()
    {
        quiet.Dispose();
        scope.Dispose();
        encoder.Dispose();
    }

    [Fact]
    public void VisionTower_EqualsGolden()
    {
        using var golden = GoldenEncoder.File("clip");
        var states = Model.VisionTower.HiddenStates(GoldenEncoder.Pixels("clip"));
        GoldenEncoder.Equal(golden, "clip",
            ("vision/embedding_output", () => states[0]), ("vision/hidden_1", () => states[1]),
            ("vision/last_hidden_state", () => states[^1]),
            ("vision/pooled", () => Model.VisionTower.Pool(states[^1])),
            ("vision/patch_mean", () => states[^1].narrow(1, 1, states[^1].shape[1] - 1).mean([1])));
    }

    // The recorded run masked padding, which changes padding only: what is behind a text's end reaches nothing that is used.
    [Fact]
    public void TextTower_EqualsGolden_UpToTheEnds()
    {
        using var golden = GoldenEncoder.File("clip");
        var ids = golden.Stored("input_ids").to(int64);
        var isText = (ids == encoder.Tokenizer.EndOfTextId).to(int64).cumsum(1).roll(1, 1).index_fill(1, tensor(0L), 0) == 0;
        var states = Model.TextTower.HiddenStates(Model.Embed(ids));
        var last = Model.TextTower.call(Model.Embed(ids));
        GoldenEncoder.Equal(golden, "clip", ("text/embedding_output", () => states[0]), ("text/pooled", () => Model.PoolText(last, ids)));
        foreach (var (key, state) in new[] { ("text/hidden_1", states[1]), ("text/last_hidden_state", last) })
            if (golden.Has(key)) GoldenEncoder.Equal(golden, key, state, "clip", isText);
    }

    [Fact]
    public void Features_EqualGolden()
    {
        using var golden = GoldenEncoder.File("clip");
        var (images, texts) = (Model.ImageFeatures(GoldenEncoder.Pixels("clip")), Model.TextFeatures(golden.Stored("input_ids").to(int64)));
        GoldenEncoder.Equal(golden, "clip",
            ("image_features", () => images), ("image_features_tv", () => Model.ImageFeatures(GoldenEncoder.Pixels("clip_tv"))),
            ("text_features", () => texts),
            ("image_embeds", () => GoldenEncoder.Unit(images)), ("text_embeds", () => GoldenEncoder.Unit(texts)),
            ("image_cosine", () => GoldenEncoder.Cosines(images, images)),
            ("image_text_cosine", () => GoldenEncoder.Cosines(images, texts)),
            ("logits_per_image", () => Model.LogitScale.exp() * GoldenEncoder.Cosines(images, texts)));
    }

    [Fact]
    public void Encode_FromFiles_GivesGoldenDirections()
    {
        using var golden = GoldenEncoder.File("clip");
        var pictures = GoldenEncoder.Images(golden).Select(GoldenEncoder.Picture).ToList();
        GoldenEncoder.SameDirection(golden, "image_features", encoder.Encode(pictures), "clip");
    }

    [Fact]
    public void EncodeText_EqualsGolden()
    {
        using var golden = GoldenEncoder.File("clip");
        var prompts = GoldenEncoder.List(golden, "prompts");
        Assert.Equal(golden.Integers("input_ids"), prompts.SelectMany(prompt => encoder.Tokenizer.Encode(prompt).Ids));
        GoldenEncoder.Equal(golden, "text_features", encoder.EncodeText(prompts), "clip");
    }
}

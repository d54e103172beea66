using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Encoders.Dino;
using ConceptExpress.Encoders.Vision;
using ConceptExpress.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Tests;

public class DinoGoldenTests
{
    const string Dino = "dino-vit";

    static readonly Dictionary<string, PositionResampling> Conventions =
        new() { ["size"] = PositionResampling.Size, ["offset"] = PositionResampling.Offset };

    public static TheoryData<string> Names => [Dino, "dinov2", "dinov2-registers"];

    // DINO's own way to prepare pictures is that of DINOv2, but for the crop's place.
    static string ChainOf(string name) => name == Dino ? "dinov2_tv" : "dinov2";

    static Tensor PatchMean(IDinoModel model, Tensor tokens) =>
        tokens.narrow(1, 1 + model.Registers, tokens.shape[1] - 1 - model.Registers).mean([1]);

    /// <summary>The golden model with another way to resample its positions.</summary>
    static IDinoModel Model(string name, PositionResampling resampling)
    {
        var config = Path.Combine(GoldenEncoder.Folder(name), "config.json");
        IDinoModel model = name == Dino
            ? new DinoVisionModel(ConfigCheck.Read<DinoVisionConfig>(config), resampling)
            : new Dinov2Model(ConfigCheck.Read<Dinov2Config>(config), resampling);
        using var weights = WeightFiles.Open(GoldenEncoder.Folder(name));
        StrictLoader.Load((nn.Module)model, weights, name);
        return model;
    }

    static void CheckFeatures(GoldenFile golden, string prefix, IDinoModel model, Tensor pixels, string what)
    {
        var tokens = model.Tokens(pixels);
        GoldenEncoder.Equal(golden, what, ($"{prefix}cls", () => model.ClassToken(pixels)),
            ($"{prefix}patch_mean", () => PatchMean(model, tokens)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Features_EqualGolden(string name)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var golden = GoldenEncoder.File(name);
        using var encoder = (DinoEncoder)ImageEncoders.Load(GoldenEncoder.Folder(name));
        var (model, pixels) = (encoder.Model, GoldenEncoder.Pixels(ChainOf(name)));
        CheckFeatures(golden, "", model, pixels, name);
        var features = model.ClassToken(pixels);
        if (golden.Has("cls_cosine")) GoldenEncoder.Equal(golden, "cls_cosine", GoldenEncoder.Cosines(features, features), name);
        if (golden.Has("register_mean"))
            GoldenEncoder.Equal(golden, "register_mean", model.Tokens(pixels).narrow(1, 1, model.Registers).mean([1]), name);
        if (golden.Has("hf_processor/cls")) CheckFeatures(golden, "hf_processor/", model, GoldenEncoder.Pixels("dino_hf"), name);
        if (golden.Has("offset/cls")) CheckFeatures(golden, "offset/", Model(name, PositionResampling.Offset), pixels, name);
    }

    [Theory, MemberData(nameof(Names))]
    public void HiddenStates_EqualGolden(string name)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var golden = GoldenEncoder.File(name);
        using var encoder = (DinoEncoder)ImageEncoders.Load(GoldenEncoder.Folder(name));
        var (model, pixels) = (encoder.Model, GoldenEncoder.Pixels(ChainOf(name)));
        Tensor Rows(string key) => GoldenEncoder.RowsOf(golden, key, pixels);
        GoldenEncoder.Equal(golden, name,
            ("embedding_output", () => model.HiddenStates(Rows("embedding_output"))[0]),
            ("hidden_1", () => model.HiddenStates(Rows("hidden_1"))[1]),
            ("hidden_last", () => model.HiddenStates(Rows("hidden_last"))[^1]),
            ("last_hidden_state", () => model.Tokens(Rows("last_hidden_state"))));
    }

    [Theory, MemberData(nameof(Names))]
    public void Encode_FromFiles_GivesGoldenDirections(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenEncoder.File(name);
        using var encoder = ImageEncoders.Load(GoldenEncoder.Folder(name));
        var pictures = GoldenEncoder.Images(golden).Select(GoldenEncoder.Picture).ToList();
        GoldenEncoder.SameDirection(golden, "cls", encoder.Encode(pictures), name);
    }

    [Theory, MemberData(nameof(Names))]
    public void OtherSizes_EqualGolden(string name)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var golden = GoldenEncoder.File(name);
        using var encoder = (DinoEncoder)ImageEncoders.Load(GoldenEncoder.Folder(name));
        var interpolated = golden.Matching(@"interp_(\d+)x(\d+)/(\w+)/cls").ToList();
        var (tiled, cut) = (golden.Matching(@"native_(\d+)/cls").ToList(), golden.Matching(@"crop_(\d+)x(\d+)/cls").ToList());
        Assert.SkipWhen(interpolated.Count + tiled.Count + cut.Count == 0, $"the golden file of {name} has pictures of one size only");
        foreach (var (key, groups) in interpolated)
        {
            var prefix = key[..key.IndexOf('/')];
            var pixels = encoder.Preprocessing.Normalize(golden.Stored($"{prefix}/u8").unsqueeze(0));
            CheckFeatures(golden, $"{prefix}/{groups[3].Value}/", Model(name, Conventions[groups[3].Value]), pixels, name);
        }
        foreach (var (key, groups) in tiled)
            CheckFeatures(golden, key[..^3], encoder.Model, Tiled(encoder, int.Parse(groups[1].Value)), name);
        foreach (var (key, groups) in cut)
            CheckFeatures(golden, key[..^3], encoder.Model, Cut(encoder, int.Parse(groups[1].Value), int.Parse(groups[2].Value)), name);
    }

    // The inputs that the suite's README describes: the second picture in tiles, and a part of the third.
    static Tensor Tiled(DinoEncoder encoder, long side)
    {
        using var pixels = GoldenEncoder.File("pixels");
        var picture = GoldenEncoder.Bytes(pixels, "dinov2", GoldenEncoder.Images(pixels)[1]);
        var times = (side - 1) / picture.shape[1] + 1;
        return encoder.Preprocessing.Normalize(picture.repeat(1, times, times).narrow(1, 0, side).narrow(2, 0, side).unsqueeze(0));
    }

    static Tensor Cut(DinoEncoder encoder, long height, long width)
    {
        const long left = 14;
        using var pixels = GoldenEncoder.File("pixels");
        var picture = GoldenEncoder.Bytes(pixels, "dinov2", GoldenEncoder.Images(pixels)[2]);
        return encoder.Preprocessing.Normalize(picture.narrow(1, 0, height).narrow(2, left, width).unsqueeze(0));
    }

    [Theory, MemberData(nameof(Names))]
    public void Positions_EqualGolden(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = GoldenEncoder.File(name);
        using var encoder = (DinoEncoder)ImageEncoders.Load(GoldenEncoder.Folder(name));
        var state = ((nn.Module)encoder.Model).state_dict();
        var (table, patch) = (state["embeddings.position_embeddings"], state["embeddings.patch_embeddings.projection.weight"].shape[2]);
        void Check(string key, long height, long width, PositionResampling resampling) =>
            GoldenEncoder.Equal(golden, key, PositionTable.Resample(table, height / patch, width / patch, resampling), name);
        var (interpolated, own) = (golden.Matching(@"interp_(\d+)x(\d+)/(\w+)/pos").ToList(), golden.Matching(@"(offset/)?pos_(\d+)")
            .ToList());
        Assert.SkipWhen(interpolated.Count + own.Count == 0, $"the golden file of {name} has no resampled positions");
        foreach (var (key, groups) in interpolated)
            Check(key, long.Parse(groups[1].Value), long.Parse(groups[2].Value), Conventions[groups[3].Value]);
        foreach (var (key, groups) in own)
        {
            var usual = encoder.Model.Registers > 0 ? PositionResampling.Antialiased : PositionResampling.Size;
            var side = long.Parse(groups[2].Value);
            Check(key, side, side, groups[1].Success ? PositionResampling.Offset : usual);
        }
    }
}

using ConceptExpress.Hub.Client;
using ConceptExpress.Hub.Downloads;

namespace ConceptExpress.Hub.Tests.Downloads;

public sealed class FileSelectionTests
{
    static readonly HubId Id = HubId.Parse("o/n");

    static readonly string[] Configurations = ["model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json",
        "tokenizer/merges.txt", "tokenizer/vocab.json", "unet/config.json", "vae/config.json"];

    static IReadOnlyList<HubFile> Files(IEnumerable<string> paths) => [.. paths.Select(path => new HubFile(path, null, 1))];

    static string[] Chosen(IEnumerable<string> paths, string? variant = null, string? file = null) =>
        [.. FileSelection.Choose(Id, Files(paths), variant, file).Select(each => each.Path).Except(Configurations)];

    static string Refusal(IEnumerable<string> paths, string? variant = null, string? file = null) =>
        Assert.Throws<HubException>(() => Chosen(paths, variant, file)).Message;

    static string[] With(params string[] weights) => [.. Configurations, .. weights];

    [Fact]
    public void PlainWeights_ComeBeforeVariants() => Assert.Equal(
        ["text_encoder/model.safetensors", "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors"],
        Chosen(With("text_encoder/model.fp16.safetensors", "text_encoder/model.safetensors", "text_encoder/pytorch_model.bin",
            "unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.fp16.safetensors",
            "unet/diffusion_pytorch_model.non_ema.safetensors", "unet/diffusion_pytorch_model.bin",
            "vae/diffusion_pytorch_model.safetensors", "v1-5-pruned.ckpt", "v1-5-pruned.safetensors", "safety_checker/model.safetensors",
            "feature_extractor/preprocessor_config.json", "tokenizer/other.bin")));

    [Fact]
    public void WithoutPlainWeights_HalfPrecisionIsTaken() => Assert.Equal(
        ["text_encoder/model.fp16.safetensors", "unet/diffusion_pytorch_model.bf16.safetensors", "vae/diffusion_pytorch_model.safetensors"],
        Chosen(With("text_encoder/model.fp16.safetensors", "text_encoder/model.bf16.safetensors",
            "unet/diffusion_pytorch_model.bf16.safetensors", "vae/diffusion_pytorch_model.safetensors")));

    [Fact]
    public void ANamedVariant_ComesFirst_WhereThereIsOne() => Assert.Equal(
        ["text_encoder/model.safetensors", "unet/diffusion_pytorch_model.non_ema.safetensors", "vae/diffusion_pytorch_model.safetensors"],
        Chosen(With("text_encoder/model.safetensors", "unet/diffusion_pytorch_model.non_ema.safetensors",
            "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors"), "non_ema"));

    [Theory]
    [InlineData(null, "unet/diffusion_pytorch_model.safetensors.index.json", "unet/diffusion_pytorch_model-00001-of-00002.safetensors",
        "unet/diffusion_pytorch_model-00002-of-00002.safetensors")]
    [InlineData("fp16", "unet/diffusion_pytorch_model.safetensors.index.fp16.json",
        "unet/diffusion_pytorch_model.fp16-00001-of-00002.safetensors", "unet/diffusion_pytorch_model.fp16-00002-of-00002.safetensors")]
    public void Shards_ComeWithTheirIndex(string? variant, params string[] shards) => Assert.Equal(
        [.. shards.Concat(["text_encoder/model.safetensors", "vae/diffusion_pytorch_model.safetensors"]).Order(StringComparer.Ordinal)],
        Chosen(With([.. shards, "text_encoder/model.safetensors", "vae/diffusion_pytorch_model.safetensors",
            "unet/diffusion_pytorch_model.other-00001-of-00002.safetensors", "unet/diffusion_pytorch_model-x.safetensors"]), variant));

    [Fact]
    public void CardAndLicence_ComeAlong() => Assert.Equal(["LICENSE.md", "README.md", "model.ckpt", "tokenizer/vocab.json"],
        FileSelection.Choose(Id, Files(["LICENSE.md", "README.md", "LICENSES/x", "docs/README.md", "model.ckpt", "tokenizer/vocab.json"]),
            null, "model.ckpt").Select(each => each.Path));

    [Fact]
    public void OnlyPickles_AreRefused() => Assert.Contains("pickles", Refusal(With("text_encoder/pytorch_model.bin")),
        StringComparison.Ordinal);

    [Fact]
    public void OnlyOtherVariants_AreNamed() => Assert.Contains("non_ema", Refusal(With("text_encoder/model.safetensors",
        "unet/diffusion_pytorch_model.non_ema.safetensors", "vae/diffusion_pytorch_model.safetensors")), StringComparison.Ordinal);

    [Fact]
    public void AVariantThatIsNotThere_IsRefused_NamingWhatIsThere() => Assert.Contains("fp16", Refusal(With(
        "text_encoder/model.safetensors", "unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.fp16.safetensors",
        "vae/diffusion_pytorch_model.safetensors"), "ema"), StringComparison.Ordinal);

    [Theory]
    [InlineData("text_encoder_2/config.json")]
    [InlineData("transformer/config.json")]
    public void OtherFamilies_AreRefused(string part) => Assert.Contains("1.x or 2.x", Refusal(With(part)), StringComparison.Ordinal);

    [Fact]
    public void ARepositoryWithoutAFolder_NamesItsSingleFiles() =>
        Assert.Contains("v1.safetensors", Refusal(["v1.safetensors", "README.md"]), StringComparison.Ordinal);

    [Fact]
    public void AMissingConfiguration_IsNamed() => Assert.Contains("vae/config.json", Refusal(With("text_encoder/model.safetensors",
        "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors").Except(["vae/config.json"])),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("model.bin")]
    [InlineData("absent.safetensors")]
    [InlineData("../../escape.safetensors")]
    public void ASingleFileThatIsNotThere_IsRefused(string file) =>
        Assert.Contains(file, Refusal(["model.bin", "v1.safetensors"], file: file), StringComparison.Ordinal);

    [Theory]
    [InlineData("a/b-c_d.e f.json", true)]
    [InlineData("../x", false)]
    [InlineData("a/../../x", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("a//b", false)]
    [InlineData(@"a\b", false)]
    [InlineData("C:x", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u202eb", false)]
    [InlineData("a.", false)]
    [InlineData(" a", false)]
    [InlineData("", false)]
    public void OnlySafeNames_BecomeFiles(string path, bool isSafe) => Assert.Equal(isSafe, CheckpointFiles.IsSafe(path));

    [Fact]
    public void LongNames_AreNotSafe() => Assert.False(CheckpointFiles.IsSafe(new string('a', 300)));
}

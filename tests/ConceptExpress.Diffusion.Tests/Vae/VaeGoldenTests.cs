using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Vae;

public class VaeGoldenTests
{
    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    [Theory, MemberData(nameof(Checkpoints))]
    public void Posterior_EqualsGolden(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (vae, photo) = (GoldenCheckpoint.Vae(checkpoint), Photo());
        using var golden = GoldenFile.Open($"components/{checkpoint}/vae.safetensors");
        if (golden.Has("mean_512")) CheckPosterior(vae.Encode(photo), golden, "512");

        // The crops that the file's note names.
        var crops = cat([photo[.., .., 100..228, 60..188], photo[.., .., 200..328, 160..288]], 0);
        var posterior = vae.Encode(crops);
        CheckPosterior(posterior, golden, "128_crops");
        var sample = (posterior with { ScalingFactor = 1 }).Sample(golden["eps_128_crops"]);
        Close.OfDeviation(golden.Stored("sample_128_crops"), sample, 1e-4, $"{checkpoint} sample");
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Decode_EqualsGolden(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var vae = GoldenCheckpoint.Vae(checkpoint);
        using var golden = GoldenFile.Open($"components/{checkpoint}/vae.safetensors");
        Tensor Decode(string key) => vae.Decode(golden[key] * new VaeConfig().ScalingFactor); // goldens are of the raw decoder
        Close.OfDeviation(golden.Stored("dec_small_out"), Decode("dec_small_in"), 1e-4, $"{checkpoint} 8x8");
        Close.OfDeviation(golden.Stored("decode_out_256"), Decode("decode_in_32"), 1e-4, $"{checkpoint} 32x32");
        Close.OfDeviation(golden.Stored("decode_out_512_stride8"), Every8th(Decode("decode_in_64")), 1e-4, $"{checkpoint} 64x64");
    }

    static void CheckPosterior(Posterior posterior, GoldenFile golden, string key)
    {
        Close.OfDeviation(golden.Stored($"mean_{key}"), posterior.Mean, 1e-4, $"mean {key}");
        Close.OfDeviation(golden.Stored($"logvar_{key}"), posterior.LogVariance, 1e-4, $"log variance {key}");
    }

    static Tensor Every8th(Tensor picture)
    {
        var (rows, columns) = (arange(0, picture.shape[2], 8, dtype: int64), arange(0, picture.shape[3], 8, dtype: int64));
        return picture.index_select(2, rows).index_select(3, columns);
    }

    static Tensor Photo()
    {
        var image = ImageReader.Read(TestFolders.Golden("components/image_512.png"));
        return tensor(image.Pixels.ToArray(), [1, image.Height, image.Width, 3]).permute(0, 3, 1, 2).to(float32) / 127.5 - 1;
    }
}

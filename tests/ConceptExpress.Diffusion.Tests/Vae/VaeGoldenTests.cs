using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Vae;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Vae;

public partial class VaeGoldenTests
{
    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    [Theory, MemberData(nameof(Checkpoints))]
    public void Posterior_EqualsGolden(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (vae, photo) = (GoldenCheckpoint.Vae(checkpoint), Photo());
        using var golden = GoldenFile.Open($"components/{checkpoint}/vae.safetensors");
        foreach (var (_, groups) in golden.SomeMatching("mean_(.+)"))
        {
            using var each = NewDisposeScope();
            var key = groups[1].Value;
            var posterior = vae.Encode(key.EndsWith("_crops", StringComparison.Ordinal) ? Crops(photo, golden, key) : photo);
            Close.OfDeviation(golden.Stored($"mean_{key}"), posterior.Mean, 1e-4, $"{checkpoint} mean {key}");
            Close.OfDeviation(golden.Stored($"logvar_{key}"), posterior.LogVariance, 1e-4, $"{checkpoint} log variance {key}");
            if (!golden.Has($"sample_{key}")) continue;
            var sample = (posterior with { ScalingFactor = 1 }).Sample(golden[$"eps_{key}"]);
            Close.OfDeviation(golden.Stored($"sample_{key}"), sample, 1e-4, $"{checkpoint} sample {key}");
        }
    }

    /// <summary>The parts of the photo that the file's note names: "rows 100:228, cols 60:188 and rows 200:328, cols 160:288".</summary>
    static Tensor Crops(Tensor photo, GoldenFile golden, string key)
    {
        var note = golden.Metadata["note"];
        long[][] crops = [.. Crop().Matches(note).Select(match => match.Groups.Values.Skip(1).Select(end => long.Parse(end.Value)).ToArray())];
        Assert.True(crops.Length == golden.Stored($"mean_{key}").shape[0], $"the note must name the rows and columns of {key}: {note}");
        return cat([.. crops.Select(c => photo.narrow(2, c[0], c[1] - c[0]).narrow(3, c[2], c[3] - c[2]))], 0);
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Decode_EqualsGolden(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var vae = GoldenCheckpoint.Vae(checkpoint);
        using var golden = GoldenFile.Open($"components/{checkpoint}/vae.safetensors");
        foreach (var (input, groups) in golden.SomeMatching(@"(dec.*)_in(_\d+)?"))
        {
            using var each = NewDisposeScope();
            var picture = vae.Decode(golden[input] * new VaeConfig().ScalingFactor); // goldens are of the raw decoder
            var side = groups[2].Success ? $"_{picture.shape[3]}" : "";
            foreach (var (key, thinned) in golden.SomeMatching($@"{groups[1].Value}_out{side}(?:_stride(\d+))?"))
                Close.OfDeviation(golden.Stored(key), Every(thinned[1].Success ? long.Parse(thinned[1].Value) : 1, picture), 1e-4, $"{checkpoint} {key}");
        }
    }

    // Every so manieth row and column.
    static Tensor Every(long stride, Tensor picture)
    {
        var (rows, columns) = (arange(0, picture.shape[2], stride, dtype: int64), arange(0, picture.shape[3], stride, dtype: int64));
        return picture.index_select(2, rows).index_select(3, columns);
    }

    static Tensor Photo()
    {
        var image = ImageReader.Read(TestFolders.Golden("components/image_512.png"));
        return tensor(image.Pixels.ToArray(), [1, image.Height, image.Width, 3]).permute(0, 3, 1, 2).to(float32) / 127.5 - 1;
    }

    [GeneratedRegex(@"(\d+):(\d+)\D+(\d+):(\d+)")]
    private static partial Regex Crop();
}

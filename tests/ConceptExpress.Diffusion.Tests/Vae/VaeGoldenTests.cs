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
            var posterior = vae.Encode(key.EndsWith("_crops", StringComparison.Ordinal) ? Crops(photo, golden) : photo);
            void Check(string name, Func<Tensor> actual)
            {
                if (!golden.Has(name)) return;
                var expected = golden.Stored(name);
                Close.OfDeviation(expected, Close.FirstRows(expected, actual()), 1e-4, $"{checkpoint} {name}");
            }
            Check($"mean_{key}", () => posterior.Mean);
            Check($"logvar_{key}", () => posterior.LogVariance);
            Check($"sample_{key}", () => (posterior with { ScalingFactor = 1 }).Sample(golden[$"eps_{key}"]));
        }
    }

    /// <summary>The parts of the photo that the file's note names: "rows 100:228, cols 60:188 and rows 200:328, cols 160:288".</summary>
    static Tensor Crops(Tensor photo, GoldenFile golden)
    {
        var note = golden.Metadata["note"];
        long[][] crops = [.. Crop().Matches(note)
            .Select(match => match.Groups.Values.Skip(1).Select(end => long.Parse(end.Value)).ToArray())];
        Assert.True(crops.Length > 0, $"the note must name the crops' rows and columns: {note}");
        return cat([.. crops.Select(c => photo.narrow(2, c[0], c[1] - c[0]).narrow(3, c[2], c[3] - c[2]))], 0);
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Decode_EqualsGolden(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var vae = GoldenCheckpoint.Vae(checkpoint);
        using var golden = GoldenFile.Open($"components/{checkpoint}/vae.safetensors");
        var compared = 0;
        foreach (var (input, groups) in golden.SomeMatching(@"(dec.*)_in(_\d+)?"))
        {
            using var each = NewDisposeScope();
            var picture = vae.Decode(golden[input] * new VaeConfig().ScalingFactor); // goldens are of the raw decoder
            var side = groups[2].Success ? $"_{picture.shape[3]}" : "";
            foreach (var (key, thinned) in golden.Matching($@"{groups[1].Value}_out{side}(?:_stride(\d+))?"))
            {
                var expected = golden.Stored(key);
                var drawn = Every(thinned[1].Success ? long.Parse(thinned[1].Value) : 1, picture);
                Close.OfDeviation(expected, Close.FirstRows(expected, drawn), 1e-4, $"{checkpoint} {key}");
                compared++;
            }
        }
        Assert.True(compared > 0, "the golden file has no picture of any latent");
    }

    // Every so manieth row and column.
    static Tensor Every(long stride, Tensor picture)
    {
        var (rows, columns) = (arange(0, picture.shape[2], stride, dtype: int64), arange(0, picture.shape[3], stride, dtype: int64));
        return picture.index_select(2, rows).index_select(3, columns);
    }

    static Tensor Photo() => PixelTensor.From(ImageReader.Read(TestFolders.GoldenPhoto), CPU);

    [GeneratedRegex(@"(\d+):(\d+)\D+(\d+):(\d+)")]
    private static partial Regex Crop();
}

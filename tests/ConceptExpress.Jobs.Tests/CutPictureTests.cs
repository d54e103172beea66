using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Testing;
using SkiaSharp;

namespace ConceptExpress.Jobs.Tests;

/// <summary>A picture whose file was cut at its end is used, and the job says so.</summary>
public sealed class CutPictureTests : IDisposable
{
    readonly TemporaryFolder temp = new();
    readonly ModelPool pool = new();

    [Fact]
    public void AJpegWithoutItsEnd_IsLocatedIn_WithAWarning()
    {
        var picture = temp.Write("two\nlines.jpg", Jpeg()[..^2]);
        var listener = new Listener();
        var request = new LocalizationRequest { Picture = picture, Output = temp["out"], Compute = new ComputeSettings { Threads = 1 } };
        var result = request.Work(new JobContext(pool, listener));
        var warning = Assert.Single(listener.Events.OfType<Warned>(), warned => warned.Text.Contains("end marker"));
        Assert.DoesNotContain('\n', warning.Text);
        Assert.Contains(warning.Text, result.Warnings);
        Assert.Equal("two\nlines.jpg", ConceptFolder.ReadManifest(temp["out"]).Image!.Name);
    }

    static byte[] Jpeg()
    {
        using var bitmap = SKBitmap.Decode(Path.Combine(TestFolders.Repository, "samples", "toybox-01.png"));
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        return data.ToArray();
    }

    public void Dispose()
    {
        pool.Dispose();
        temp.Dispose();
    }
}

using ConceptExpress.Encoders;
using ConceptExpress.Encoders.Clip;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Imaging;
using ConceptExpress.Testing;

namespace ConceptExpress.Toybox.Evaluation.Tests;

/// <summary>Why the embedded CLIP is shown things cut out by default.</summary>
public sealed class EmbeddedClipTests
{
    [Fact]
    public void TheEmbeddedClip_TellsThingsApart_OnlyCutOut()
    {
        using var clip = ClipEncoder.Load(TestFolders.ToyboxClip);
        var data = ToyboxData.Parse("toybox:6@8500000000");
        Assert.True(MeanCosine(SourceForm.Masked) > 0.8, "if this fails, the masked form has become usable");
        Assert.True(MeanCosine(SourceForm.CutOut) < 0.3);

        double MeanCosine(SourceForm form)
        {
            RgbImage[] things = [.. Enumerable.Range(0, data.Count).Select(i => data.Read(i, 96))
                .SelectMany(scene => scene.Masks.Select(mask => SourceConcepts.Of(scene.Image, mask, form)))];
            using var features = clip.Encode(things);
            float[][] rows = [.. features.data<float>().ToArray().Chunk(clip.Width)];
            var cosines = from i in Enumerable.Range(0, rows.Length) from j in Enumerable.Range(0, i) select Cosine.Of(rows[i], rows[j]);
            return cosines.Average();
        }
    }
}

#:project ../src/ConceptExpress.Evaluation/ConceptExpress.Evaluation.csproj
#:property UsesTorch=true
#:property PublishAot=false
#:property GenerateDocumentationFile=false

// Scores localization against true masks: dotnet run -c Release scripts/score-localization.cs -- SCENES [MODEL]
// SCENES is a folder of folders with img.png and mask0.png, mask1.png, ...; MODEL defaults to models/toybox.
// Masks come from the latent grid, enlarged by nearest to the picture's size; the metrics are those of ConceptExpress.Evaluation.
using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Models;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: score-localization SCENES [MODEL]");
    return 2;
}
TorchRuntime.UseThreads(0);
using var model = StableDiffusion.Load(args.Length > 1 ? args[1] : ModelStore.Find(null));
var scenes = SceneFolder.ReadAll(args[0]).ToList();

(string Name, ExtractionSettings Settings)[] methods =
[
    ("paper", ExtractionSettings.Paper),
    ("express", ExtractionSettings.Express),
    ("express, border clusters", ExtractionSettings.Express with { Localization = LocalizationMethod.BorderClusters }),
];
Console.WriteLine($"| method, on {scenes.Count} scenes | mean best IoU | precision .5 | recall .5 | exact count | merged | background |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var (name, settings) in methods)
{
    var score = SceneScore.Mean([.. scenes.Select(scene => Score(scene, settings))]);
    Console.WriteLine($"| {name} | {score.MeanBestIou:0.000} | {score.Precision:0.000} | {score.Recall:0.000} | {score.ExactCount:0.00} | {score.InstanceMergeRate:0.000} | {score.BackgroundKeptRate:0.000} |");
}
return 0;

SceneScore Score(MaskedPicture scene, ExtractionSettings settings)
{
    var image = ImageReader.Read(scene.PicturePath);
    var side = settings.Resolution > 0 ? settings.Resolution : model.TrainedResolution;
    var square = ImageResizer.Resize(image, side, side, ResizeFilter.Bilinear);
    var found = new ConceptExtractor(model).Locate(Picture.FromRgb(side, side, square.Pixels), settings);
    return SceneScore.Of([.. found.Select(c => new Mask(c.Mask.Width, c.Mask.Height, c.Mask.Cells).Resize(image.Width, image.Height))], scene.Masks);
}

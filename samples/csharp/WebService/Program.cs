// A small web service. Try it: curl --data-binary @toys.png localhost:5000/pictures
using System.Collections.Concurrent;
using ConceptExpress;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs;
using Microsoft.AspNetCore.Diagnostics;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(_ => Express.Open()); // disposed with the host; calls from several requests run one after another
var app = builder.Build();

// A failure becomes a status and one sentence.
app.UseExceptionHandler(handler => handler.Run(async context =>
{
    var failure = context.Features.Get<IExceptionHandlerFeature>()!.Error;
    context.Response.StatusCode = Failure.KindOf(failure) switch
    {
        FailureKind.Request or FailureKind.Input => StatusCodes.Status400BadRequest,
        FailureKind.Resources => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status500InternalServerError,
    };
    await context.Response.WriteAsJsonAsync(new { error = Failure.Sentence(failure) });
}));

var pictures = new ConcurrentDictionary<Guid, PictureConcepts>();

// The body is a PNG, JPEG or WebP file. passes: fewer than the default 30 for a quick try.
app.MapPost("/pictures", async (HttpRequest request, Express express, int? passes, CancellationToken stop) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, stop);
    var picture = ImageReader.Decode(body.ToArray(), "the request's body");
    var settings = ExtractionSettings.Express;
    if (passes is { } few) settings = settings with { Learning = settings.Learning.WithPasses(few) with { Start = new MeanWord() } };
    var concepts = await Task.Run(() => express.Extract(picture, settings: settings, stop: stop), stop);
    var id = Guid.NewGuid();
    pictures[id] = concepts;
    return Results.Created($"/pictures/{id}", new
    {
        id,
        concepts = concepts.Words.Zip(concepts.Masks, (word, mask) => new { word = word.Token, coverage = mask.Coverage }),
    });
});

app.MapGet("/pictures/{id:guid}/drawing", async (Guid id, string prompt, long? seed, Express express, CancellationToken stop) =>
{
    if (!pictures.TryGetValue(id, out var concepts)) return Results.NotFound();
    var drawn = await Task.Run(() => express.Generate(concepts, prompt, seed ?? 0, stop: stop), stop);
    var png = new MemoryStream();
    drawn.WritePng(png);
    return Results.Bytes(png.ToArray(), "image/png");
});

app.Run();

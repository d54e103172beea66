using ConceptExpress.Hub.Cache;
using ConceptExpress.Hub.Downloads;
using ConceptExpress.Testing;
using ConceptExpress.Testing.Hub;

namespace ConceptExpress.Hub.Tests.Downloads;

/// <summary>A hub with a small checkpoint, an empty cache, and downloads that never sleep.</summary>
public sealed class DownloadFixture : IDisposable
{
    readonly TemporaryFolder temp = new();

    public DownloadFixture()
    {
        Id = HubId.Parse(LocalHub.Repository);
        Settings = new HubSettings
        {
            Endpoint = new Uri(Server.Endpoint),
            Cache = temp["cache"],
            Clock = Clock,
            Jitter = () => .5,
            Progress = 100,
            Silence = TimeSpan.FromSeconds(20),
        };
        Server.Add("model_index.json", "{}").Add("README.md", "---\nlicense: creativeml-openrail-m\n---\nA card")
            .Add("scheduler/scheduler_config.json", "{}").Add("tokenizer/vocab.json", "{}").Add("tokenizer/merges.txt", "#version");
        foreach (var part in new[] { "text_encoder", "unet", "vae" })
            Server.Add($"{part}/config.json", $"{{\"part\":\"{part}\"}}").Add(WeightsOf(part), Noise(part), isLarge: true);
        Server.Add("safety_checker/model.safetensors", Noise("safety"), isLarge: true).Add("unet/diffusion_pytorch_model.bin", Noise("bin"),
            isLarge: true).Add("unet/diffusion_pytorch_model.fp16.safetensors", Noise("half"), isLarge: true);
    }

    public const int WeightBytes = 300_000;

    public LocalHub Server { get; } = new();

    internal InstantClock Clock { get; } = new();

    internal HubId Id { get; }

    internal HubSettings Settings { get; set; }

    internal HubCache Cache => new(Settings.Cache);

    internal List<DownloadEvent> Events { get; } = [];

    public static string Unet => WeightsOf("unet");

    public static string WeightsOf(string part) =>
        $"{part}/{(part == "text_encoder" ? "model" : "diffusion_pytorch_model")}.safetensors";

    internal Task<DownloadedModel> Pull(string? variant = null, string? file = null, HubId? id = null,
        CancellationToken stop = default) => new ModelDownload(Settings, Events.Add).Pull(id ?? Id, variant, file, stop);

    internal async Task<string> Refusal(string? variant = null, string? file = null, HubId? id = null)
    {
        var message = (await Assert.ThrowsAsync<HubException>(() => Pull(variant, file, id))).Message;
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message);
        return message;
    }

    /// <summary>Asserts that nothing in the cache could be taken for a checkpoint or for a part of one.</summary>
    internal void AssertNothingUsable(string hash)
    {
        Assert.Null(Cache.Find(Id));
        Assert.Empty(Cache.Scan());
        Assert.False(File.Exists(Cache.BlobOf(Id, hash)));
        Assert.False(File.Exists(Cache.UnfinishedOf(Id, hash)));
    }

    /// <summary>Asserts that a snapshot has exactly the files that it should have, with the right content.</summary>
    internal void AssertWhole(string snapshot, params IReadOnlyList<string> files)
    {
        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.GetFiles(snapshot, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(snapshot, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            using var stream = Server.Files[file].Open();
            var expected = new byte[stream.Length];
            stream.ReadExactly(expected);
            Assert.Equal(expected, File.ReadAllBytes(Path.Combine(snapshot, file)));
        }
    }

    public static IReadOnlyList<string> PlainFiles =>
    [
        "README.md", "model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json", WeightsOf("text_encoder"),
        "tokenizer/merges.txt", "tokenizer/vocab.json", "unet/config.json", Unet, "vae/config.json", WeightsOf("vae"),
    ];

    static byte[] Noise(string seed)
    {
        var bytes = new byte[WeightBytes];
        new Random(seed.Length * 31 + seed[0]).NextBytes(bytes);
        return bytes;
    }

    public void Dispose()
    {
        Server.Dispose();
        temp.Dispose();
    }
}

/// <summary>A clock on which every wait is over at once. It notes how long the waits would have been.</summary>
sealed class InstantClock : TimeProvider
{
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero) Waits.Add(dueTime);
        return System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}

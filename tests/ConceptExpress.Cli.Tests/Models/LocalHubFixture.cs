using ConceptExpress.Testing;
using ConceptExpress.Testing.Hub;

namespace ConceptExpress.Cli.Tests.Models;

/// <summary>A local hub with the embedded checkpoint, and an empty home that the program's variables name.</summary>
public sealed class LocalHubFixture : IDisposable
{
    static readonly string[] Others = ["HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HTTP_PROXY", "http_proxy",
        "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];

    readonly TemporaryFolder temp = new();
    readonly Dictionary<string, string?> before = [];

    public LocalHubFixture()
    {
        Set("HF_ENDPOINT", Hub.Endpoint);
        Set("HF_HOME", temp["huggingface"]);
        Set("CONCEPTEXPRESS_HOME", temp["home"]);
        foreach (var other in Others) Set(other, null);
    }

    public LocalHub Hub { get; } = new();

    public string this[string relative] => temp[relative];

    /// <summary>Writes the user's file of short names.</summary>
    public void WriteNames(string json)
    {
        Directory.CreateDirectory(temp["home"]);
        File.WriteAllText(temp["home/models.json"], json);
    }

    public void Set(string name, string? value)
    {
        before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose()
    {
        foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
        Hub.Dispose();
        temp.Dispose();
    }
}

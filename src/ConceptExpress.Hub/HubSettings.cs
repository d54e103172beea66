using System.Text;

namespace ConceptExpress.Hub;

/// <summary>
/// Where the hub and its cache are, and how patient downloads are. <see cref="FromEnvironment()"/> reads the variables that Hugging Face's
/// own programs read.
/// </summary>
sealed record HubSettings
{
    const string DefaultEndpoint = "https://huggingface.co";
    const int MaxTokenBytes = 4096;

    /// <summary>The hub's address, without a slash at its end.</summary>
    /// <value>The default is <c>https://huggingface.co</c>.</value>
    public Uri Endpoint { get; init; } = new(DefaultEndpoint);

    /// <summary>Identifies the user to the hub; null for none. It is sent to no other host.</summary>
    public string? Token { get; init; }

    /// <summary>Full path of the cache's folder.</summary>
    public required string Cache { get; init; }

    /// <summary>Whether the network must not be used.</summary>
    public bool Offline { get; init; }

    /// <summary>Longest silence of the hub before a request is tried again.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Number of attempts in a row without progress, 1 or more.</summary>
    /// <value>The default is 6.</value>
    public int Attempts { get; init; } = 6;

    /// <summary>How many new bytes of a file make an attempt that was cut one with progress, 1 or more.</summary>
    /// <value>The default is 1 MiB.</value>
    public long Progress { get; init; } = 1 << 20;

    /// <summary>The clock that the waiting between attempts uses.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gives the numbers, 0 or more and below 1, by which the waits of several programs differ.</summary>
    /// <value>The default, null, is Polly's own random numbers.</value>
    public Func<double>? Jitter { get; init; }

    /// <summary>
    /// Reads <c>HF_ENDPOINT</c>, <c>HF_HUB_CACHE</c>, <c>HF_HOME</c>, <c>XDG_CACHE_HOME</c>, <c>HF_TOKEN</c>, <c>HF_TOKEN_PATH</c> and
    /// <c>HF_HUB_OFFLINE</c>, and the file <c>token</c> below <c>HF_HOME</c>.
    /// </summary>
    /// <exception cref="HubException">A variable has a value that cannot be used.</exception>
    public static HubSettings FromEnvironment() => FromEnvironment(Environment.GetEnvironmentVariable);

    /// <param name="variable">Returns a variable's value; null or empty if it is not set.</param>
    public static HubSettings FromEnvironment(Func<string, string?> variable)
    {
        string? Set(string name) => variable(name) is { } value && value.Trim() is { Length: > 0 } text ? text : null;
        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string Folder(string path) => Path.GetFullPath(path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
            ? user + path[1..] : path);
        var home = Folder(Set("HF_HOME") ?? Path.Combine(Set("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "huggingface"));
        return new HubSettings
        {
            Endpoint = EndpointOf(Set("HF_ENDPOINT") ?? DefaultEndpoint),
            Token = Set("HF_TOKEN") is { } token
                ? Checked(token, "HF_TOKEN")
                : TokenIn(Set("HF_TOKEN_PATH") is { } file ? Folder(file) : Path.Combine(home, "token")),
            Cache = Folder(Set("HF_HUB_CACHE") ?? Path.Combine(home, "hub")),
            Offline = Set("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };
    }

    static Uri EndpointOf(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? uri
            : throw new HubException("HF_ENDPOINT is not the address of a hub; set it to one such as https://huggingface.co, or unset it.");

    static string? TokenIn(string file)
    {
        try
        {
            if (!File.Exists(file)) return null;
            if (new FileInfo(file).Length > MaxTokenBytes) throw new HubException($"{file} is too long for a token; write it again.");
            return File.ReadAllText(file, Encoding.UTF8).Trim() is { Length: > 0 } token ? Checked(token, file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HubException($"The token in {file} cannot be read ({e.Message.TrimEnd('.')}); make it readable or set HF_TOKEN.", e);
        }
    }

    // The text becomes a header. It is never shown.
    static string Checked(string token, string source) => token.All(c => c is > ' ' and < '\x7f')
        ? token
        : throw new HubException($"The token of {source} holds characters that no token has; copy it again.");
}

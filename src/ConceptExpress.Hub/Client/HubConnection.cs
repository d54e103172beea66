using System.Net;
using System.Net.Http.Headers;

namespace ConceptExpress.Hub.Client;

/// <summary>
/// Sends one request to the hub and follows where it leads. Proxies are those of <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c>
/// and <c>NO_PROXY</c>, or of the system. The user's token goes to the hub's own host only.
/// </summary>
sealed class HubConnection : IDisposable
{
    const int MaxRedirects = 8;

    readonly HubSettings settings;
    readonly HttpClient http;

    /// <param name="settings">Where the hub is, and how patient the client is.</param>
    public HubConnection(HubSettings settings)
    {
        this.settings = settings;
        // Redirects are followed here, because the token must not go along to other hosts.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = settings.Silence, UseCookies = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("ConceptExpress", null));
    }

    /// <summary>Sends a request, and returns the answer when its headers are there.</summary>
    /// <param name="id">What it is about, for messages.</param>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="relative">The address below the hub's.</param>
    /// <param name="from">The first byte that is asked for.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>A success; or 416, if the hub does not have the bytes that were asked for.</returns>
    /// <exception cref="TransientException">It may succeed later.</exception>
    /// <exception cref="HubException">It will not.</exception>
    public async Task<HttpResponseMessage> Send(HubId id, HttpMethod method, string relative, long from, CancellationToken stop)
    {
        var address = new Uri($"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{relative}");
        for (var redirects = 0; ; redirects++)
        {
            var response = await Answer(Request(method, address, from), stop);
            // The hub itself tells hash and size of large files; the store it leads to does not.
            if (method == HttpMethod.Head && Header(response, "X-Linked-ETag") is not null) return response;
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                response.Dispose();
                var next = new Uri(address, location);
                if (redirects >= MaxRedirects || next.Scheme is not ("http" or "https")
                    || address.Scheme == "https" && next.Scheme == "http")
                    throw new HubException(
                        $"{settings.Endpoint} leads to {next.Scheme}://{next.Host} in a way that is not safe; check HF_ENDPOINT.");
                address = next;
                continue;
            }
            if (response.IsSuccessStatusCode || from > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                return response;
            using (response) throw Refusals.Of(response, id, settings, isOwnHost: IsHub(address));
        }
    }

    HttpRequestMessage Request(HttpMethod method, Uri address, long from)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
        if (settings.Token is { } token && IsHub(address)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    bool IsHub(Uri address) => Uri.Compare(address, settings.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped,
        StringComparison.OrdinalIgnoreCase) == 0;

    Task<HttpResponseMessage> Answer(HttpRequestMessage request, CancellationToken stop) => Patiently(async patience =>
    {
        using (request) return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience);
    }, stop);

    /// <summary>Does something with the connection. Silence, and everything that can happen to a connection, is transient.</summary>
    /// <exception cref="TransientException">The hub was silent for too long, or the connection failed.</exception>
    public async Task<T> Patiently<T>(Func<CancellationToken, Task<T>> work, CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(settings.Silence);
        try
        {
            return await work(silence.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new TransientException($"{settings.Endpoint.Host} was silent for {settings.Silence.TotalSeconds:0.#} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !stop.IsCancellationRequested)
        {
            throw new TransientException($"the connection to {settings.Endpoint.Host} failed ({OneLine(e)})", e);
        }
    }

    /// <summary>Returns a header's value; null if there is none.</summary>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>What went wrong, on one line without a full stop.</summary>
    public static string OneLine(Exception e) => (e.InnerException ?? e).Message.ReplaceLineEndings(" ").TrimEnd('.');

    public void Dispose() => http.Dispose();
}

using System.Net;

namespace ConceptExpress.Hub.Client;

/// <summary>Says what an answer means that is no success.</summary>
static class Refusals
{
    /// <param name="response">The answer.</param>
    /// <param name="id">What was asked for.</param>
    /// <param name="settings">Who was asked.</param>
    /// <param name="isOwnHost">Whether the hub itself answered, not a store that it led to.</param>
    public static Exception Of(HttpResponseMessage response, HubId id, HubSettings settings, bool isOwnHost)
    {
        var status = (int)response.StatusCode;
        // Addresses of stores are signed for some minutes. The hub gives a new one.
        if (status is 408 or 429 or >= 500 || status is 401 or 403 && !isOwnHost)
            return new TransientException(status == 429 ? $"{settings.Endpoint.Host} asks to send fewer requests (429)"
                : $"{settings.Endpoint.Host} answered with {status}", after: After(response, settings.Clock));
        var page = $"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{id.Repository}";
        var code = response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.FirstOrDefault() : null;
        return new HubException((response.StatusCode, code) switch
        {
            (_, "GatedRepo") or (HttpStatusCode.Forbidden, _) =>
                $"{id.Repository} is gated: accept its licence on {page}, and set HF_TOKEN to a token of that account.",
            (_, "RevisionNotFound") => $"{id.Repository} has no revision {id.RevisionOrDefault}; see {page} for its branches and tags.",
            (_, "EntryNotFound") => $"a file of {id} is not there any more; try again.",
            (HttpStatusCode.Unauthorized, _) when settings.Token is not null =>
                $"{id.Repository} does not exist on {settings.Endpoint.Host}, or the token may not read it; check the id and HF_TOKEN.",
            (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, _) =>
                $"{id} does not exist on {settings.Endpoint.Host}, or is private or gated; check the id and the revision, or set HF_TOKEN "
                + $"to a token that may read it (see {page}).",
            _ => $"{settings.Endpoint.Host} refused {id} with {status}; check HF_ENDPOINT, or try again later.",
        });
    }

    static TimeSpan? After(HttpResponseMessage response, TimeProvider clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - clock.GetUtcNow() is var wait => wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };
}

using Polly;
using Polly.Retry;

namespace ConceptExpress.Hub.Client;

/// <summary>Tries requests again that failed in passing: after 1, 2, 4, ... seconds with some jitter, or when the hub says.</summary>
static class Retries
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait that a hub may ask for. Whoever asks for more is not waited for.</summary>
    public static readonly TimeSpan MaxAfter = TimeSpan.FromMinutes(10);

    /// <param name="settings">Number of attempts, and the clock.</param>
    /// <param name="note">Told of every wait, in one sentence.</param>
    public static ResiliencePipeline Pipeline(HubSettings settings, Action<string> note)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = settings.Clock };
        if (settings.Attempts > 1) builder.AddRetry(Strategy(settings, note));
        return builder.Build();
    }

    static RetryStrategyOptions Strategy(HubSettings settings, Action<string> note)
    {
        var strategy = new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransientException>(e => e.After is null || e.After <= MaxAfter),
            MaxRetryAttempts = settings.Attempts - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = First,
            MaxDelay = Longest,
            DelayGenerator = each => ValueTask.FromResult((each.Outcome.Exception as TransientException)?.After), // null: as above
            OnRetry = each =>
            {
                note($"{Capital(each.Outcome.Exception!.Message)}; trying again in {Math.Ceiling(each.RetryDelay.TotalSeconds):0} s.");
                return default;
            },
        };
        if (settings.Jitter is { } jitter) strategy.Randomizer = jitter;
        return strategy;
    }

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

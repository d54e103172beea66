using System.Diagnostics.Tracing;
using System.Globalization;
using ConceptExpress.Imaging;
using ConceptExpress.Jobs.Telemetry;
using ConceptExpress.Library.Runs;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ConceptExpress.Cli.Telemetry;

/// <summary>
/// Sends the traces and metrics of a run by OTLP, from its creation until it is disposed of. Where to, and how, the standard variables of
/// OpenTelemetry say (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and others).
/// </summary>
sealed class TelemetryExport : IDisposable
{
    const string ServiceName = "conceptexpress", Prefix = "OTEL_EXPORTER_OTLP_";
    static readonly string[] Signals = ["", "TRACES_", "METRICS_"];
    static readonly string[] Protocols = ["grpc", "http/protobuf"];

    readonly TracerProvider traces;
    readonly MeterProvider metrics;
    readonly Troubles troubles = new();
    readonly TextWriter error;

    /// <summary>Begins to send.</summary>
    /// <param name="error">Gets a warning at the end if something could not be sent.</param>
    /// <exception cref="UsageException">A variable has a value that cannot be used.</exception>
    public TelemetryExport(TextWriter error)
    {
        this.error = error;
        Check("ENDPOINT", value => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https",
            "an address such as http://localhost:4317");
        Check("PROTOCOL", Protocols.Contains, string.Join(" or ", Protocols));
        // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes last, and so prevails.
        var resource = ResourceBuilder.CreateEmpty().AddService(ServiceName, serviceVersion: Product.Version).AddTelemetrySdk()
            .AddEnvironmentVariableDetector();
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(JobTelemetry.Name).AddOtlpExporter().Build();
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(JobTelemetry.Name).AddOtlpExporter().Build();
    }

    static void Check(string name, Func<string, bool> isGood, string expected)
    {
        foreach (var variable in Signals.Select(signal => $"{Prefix}{signal}{name}"))
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && !isGood(value))
                throw new UsageException($"{variable} takes {expected}, not '{value}'.");
    }

    /// <summary>Sends what is left, and waits for that, a few seconds at most.</summary>
    public void Dispose()
    {
        traces.Dispose();
        metrics.Dispose();
        troubles.Dispose();
        if (troubles.First is { } trouble) error.WriteLine($"warning: not all telemetry could be sent ({OneLine.Of(trouble)}).");
    }

    /// <summary>Hears what OpenTelemetry's exporter says about its failures, which it otherwise keeps to itself.</summary>
    sealed class Troubles : EventListener
    {
        const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

        /// <summary>The first failure; null if there was none.</summary>
        public string? First { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == Exporter) EnableEvents(eventSource, EventLevel.Warning); // an unreachable collector is only a warning
        }

        // Only the first line: the others are stacks of calls.
        protected override void OnEventWritten(EventWrittenEventArgs eventData) => First ??= string.Format(
            CultureInfo.InvariantCulture, eventData.Message ?? eventData.EventName ?? Exporter, [.. eventData.Payload ?? []])
            .Split('\n')[0].Trim();
    }
}

using System.Runtime.InteropServices;

namespace ConceptExpress.Cli;

/// <summary>Turns the first SIGINT (Ctrl-C) or SIGTERM into a cancellation. The second one ends the process at once.</summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] signals;

    /// <summary>Starts to handle the signals.</summary>
    public Interruption() => signals =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    void Cancel(PosixSignalContext signal)
    {
        if (source.IsCancellationRequested) return;
        signal.Cancel = true; // suppresses the signal's default action, which would end the process
        source.Cancel();
    }

    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
        source.Dispose();
    }
}

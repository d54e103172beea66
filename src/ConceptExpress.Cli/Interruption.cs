using System.Runtime.InteropServices;

namespace ConceptExpress.Cli;

/// <summary>Turns the first Ctrl-C (or a polite request to end) into a cancellation; the second ends the process at once.</summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] signals;

    public Interruption() => signals =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel)];

    public CancellationToken Token => source.Token;

    void Cancel(PosixSignalContext signal)
    {
        if (source.IsCancellationRequested) return;
        signal.Cancel = true; // the signal's own effect, not the command, is called off
        source.Cancel();
    }

    public void Dispose()
    {
        foreach (var signal in signals) signal.Dispose();
        source.Dispose();
    }
}

using System.Collections.Concurrent;
using ConceptExpress.Diffusion;

namespace ConceptExpress.Jobs.Models;

/// <summary>
/// A thread of torch's own that does one piece of work after another: torch's disposal scopes and gradient mode belong to the thread that set them.
/// </summary>
public sealed class TorchThread : IDisposable
{
    readonly BlockingCollection<Action> work = [];
    readonly Thread thread;

    public TorchThread()
    {
        thread = new Thread(() =>
        {
            foreach (var piece in work.GetConsumingEnumerable()) piece();
        })
        { Name = "torch", IsBackground = true };
        thread.Start();
    }

    /// <summary>Does the work after all that was asked before, and waits for its end. What it throws is thrown here.</summary>
    /// <param name="piece">The work.</param>
    /// <param name="threads">Threads of one operation.</param>
    /// <param name="stop">Cancels work that has not begun.</param>
    /// <exception cref="OperationCanceledException">Cancelled before it began.</exception>
    public T Do<T>(Func<T> piece, int threads, CancellationToken stop = default)
    {
        var (result, begun) = (new TaskCompletionSource<T>(), 0);
        work.Add(() =>
        {
            if (Interlocked.Exchange(ref begun, 1) != 0) return;
            try
            {
                TorchRuntime.UseThreads(threads);
                result.SetResult(piece());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        }, CancellationToken.None);
        using var cancelled = stop.Register(() =>
        {
            if (Interlocked.Exchange(ref begun, 1) == 0) result.SetCanceled(stop);
        });
        return result.Task.GetAwaiter().GetResult();
    }

    /// <summary>Does one piece of work on a thread that ends with it.</summary>
    public static T Once<T>(Func<T> piece, int threads)
    {
        using var thread = new TorchThread();
        return thread.Do(piece, threads);
    }

    /// <summary>Waits for what was asked, and ends the thread.</summary>
    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }
}

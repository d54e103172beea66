using System.Collections.Concurrent;
using ConceptExpress.Diffusion;

namespace ConceptExpress.Jobs.Models;

/// <summary>
/// A thread that runs torch work, one piece after another. Torch needs this, because its disposal scopes and gradient mode belong to the
/// thread that set them.
/// </summary>
sealed class TorchThread : IDisposable
{
    readonly BlockingCollection<Action> work = [];
    readonly Thread thread;

    /// <summary>Starts the thread.</summary>
    public TorchThread()
    {
        thread = new Thread(() =>
        {
            foreach (var piece in work.GetConsumingEnumerable()) piece();
        })
        { Name = "torch", IsBackground = true };
        thread.Start();
    }

    /// <summary>Runs the work after everything that was queued before, and waits for its end. Rethrows its exceptions.</summary>
    /// <param name="piece">The work to run.</param>
    /// <param name="threads">Number of threads that one torch operation uses.</param>
    /// <param name="stop">Cancels work that has not started.</param>
    /// <returns>The result of the work.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled before it started.</exception>
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

    /// <summary>Runs one piece of work on a new thread, as <see cref="Do{T}"/> does. The thread ends with the work.</summary>
    public static T Once<T>(Func<T> piece, int threads)
    {
        using var thread = new TorchThread();
        return thread.Do(piece, threads);
    }

    /// <summary>Waits for queued work, and ends the thread.</summary>
    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }
}

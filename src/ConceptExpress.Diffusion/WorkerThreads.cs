using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>
/// Threads that work on parts of the same task in parallel. On few cores, one operation per thread is faster than one operation on all
/// threads, because small operations cannot use many threads. <see cref="Run"/> fixes which thread does which part, so the same count gives
/// the same bytes.
/// </summary>
sealed class WorkerThreads : IDisposable
{
    readonly Barrier begin, end;
    readonly Thread[] threads;
    readonly ExceptionDispatchInfo?[] failures;
    Action<int>? work;

    /// <summary>Starts the threads. They wait until there is work.</summary>
    /// <param name="count">Number of workers, at least 1. The calling thread is worker 0, so 1 starts no thread.</param>
    public WorkerThreads(int count)
    {
        Count = count;
        (begin, end) = (new Barrier(count), new Barrier(count));
        failures = new ExceptionDispatchInfo?[count];
        // The caller is worker 0.
        threads = [.. Enumerable.Range(1, count - 1)
            .Select(worker => new Thread(() => Serve(worker)) { IsBackground = true, Name = $"worker {worker}" })];
        foreach (var thread in threads) thread.Start();
    }

    /// <summary>Number of workers, the calling thread included.</summary>
    public int Count { get; }

    /// <summary>
    /// Calls <paramref name="part"/> with every number from 0 to <see cref="Count"/> - 1, each on its own thread, and waits for all. If
    /// calls fail, the exception of the lowest number is rethrown.
    /// </summary>
    public void Run(Action<int> part)
    {
        work = part;
        Array.Clear(failures);
        begin.SignalAndWait();
        Attempt(0);
        end.SignalAndWait();
        failures.FirstOrDefault(failure => failure is not null)?.Throw();
    }

    /// <summary>
    /// Does independent pieces of work, each on any free thread, so results must not depend on the thread. After a failure or a
    /// cancellation, threads finish their current piece and start no other.
    /// </summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="open">Creates a thread's own resource. Called on the thread before its first piece; disposed of after its last.</param>
    /// <param name="work">
    /// Does one piece, given the thread's resource and the piece's number from 0 to <paramref name="count"/> - 1.
    /// </param>
    /// <param name="done">Called after each piece with its number, by one thread at a time.</param>
    /// <param name="stop">Cancels between pieces.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void ForEach<T>(int count, Func<T> open, Action<T, int> work, Action<int>? done = null, CancellationToken stop = default)
        where T : IDisposable
    {
        var (next, turn) = (-1, new Lock());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        int? Next() => !ended.IsCancellationRequested && Interlocked.Increment(ref next) is var i && i < count ? i : null;
        Run(_ =>
        {
            try
            {
                if (Next() is not { } first) return;
                using var own = open();
                for (int? i = first; i is { } piece; i = Next())
                {
                    work(own, piece);
                    lock (turn) done?.Invoke(piece);
                }
            }
            catch
            {
                ended.Cancel();
                throw;
            }
        });
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>Returns a worker's share of <paramref name="length"/> items: the index of the first, and their number.</summary>
    public (long From, long Count) Share(int worker, long length)
    {
        var (from, to) = (length * worker / Count, length * (worker + 1) / Count);
        return (from, to - from);
    }

    void Serve(int worker)
    {
        while (true)
        {
            begin.SignalAndWait();
            if (work is null) return;
            Attempt(worker);
            end.SignalAndWait();
        }
    }

    void Attempt(int worker)
    {
        try
        {
            if (Count > 1) set_num_threads(1); // the setting is per thread
            using var scope = NewDisposeScope();
            work!(worker);
        }
        catch (Exception e)
        {
            failures[worker] = ExceptionDispatchInfo.Capture(e);
        }
    }

    public void Dispose()
    {
        work = null;
        begin.SignalAndWait();
        foreach (var thread in threads) thread.Join();
        begin.Dispose();
        end.Dispose();
    }
}

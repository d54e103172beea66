using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>
/// Threads that do the same work on parts of it at the same time. On few cores, threads with an operation each are faster than one operation with
/// all threads, because small operations cannot use them. With <see cref="Run"/> it is fixed which thread does what, so that the same count gives the
/// same bytes.
/// </summary>
public sealed class WorkerThreads : IDisposable
{
    readonly Barrier begin, end;
    readonly Thread[] threads;
    readonly ExceptionDispatchInfo?[] failures;
    Action<int>? work;

    /// <param name="count">At least 1; a single worker is the calling thread.</param>
    public WorkerThreads(int count)
    {
        Count = count;
        (begin, end) = (new Barrier(count), new Barrier(count));
        failures = new ExceptionDispatchInfo?[count];
        // The caller is worker 0.
        threads = [.. Enumerable.Range(1, count - 1).Select(worker => new Thread(() => Serve(worker)) { IsBackground = true, Name = $"worker {worker}" })];
        foreach (var thread in threads) thread.Start();
    }

    public int Count { get; }

    /// <summary>Calls <paramref name="part"/> with every number from 0 to <see cref="Count"/> - 1, each on its own thread, and waits for all.</summary>
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
    /// Does independent pieces of work, each on whichever thread is free, so that they must not depend on who does them. After a failure or a cancellation
    /// threads end what they are at and begin nothing more.
    /// </summary>
    /// <param name="count">How many pieces there are.</param>
    /// <param name="open">Gives a thread what it works with: called on it before its first piece, and disposed of after its last.</param>
    /// <param name="work">Does the piece of a number from 0 to <paramref name="count"/> - 1.</param>
    /// <param name="done">Called after each piece with its number, by one thread at a time.</param>
    /// <param name="stop">Cancels between pieces.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void ForEach<T>(int count, Func<T> open, Action<T, int> work, Action<int>? done = null, CancellationToken stop = default) where T : IDisposable
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

    /// <summary>The part of <paramref name="length"/> things that falls to a worker.</summary>
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
            if (Count > 1) set_num_threads(1); // each thread has its own number
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

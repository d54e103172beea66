using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>
/// Threads that do the same work on parts of it at the same time. On few cores, threads with an operation each are faster than one operation with
/// all threads, because small operations cannot use them. Which thread does what is fixed: the same count gives the same bytes.
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

namespace ConceptExpress.Diffusion.Tests;

public class WorkerThreadsTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void EveryWorker_RunsOnce_AndSharesCoverAll(int count)
    {
        using var threads = new WorkerThreads(count);
        for (var round = 0; round < 50; round++)
        {
            var done = new int[101];
            threads.Run(worker =>
            {
                var (from, share) = threads.Share(worker, done.Length);
                for (var i = from; i < from + share; i++) done[i]++;
            });
            Assert.All(done, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void AFailure_IsThrownByRun_AndTheThreadsGoOn()
    {
        using var threads = new WorkerThreads(2);
        Assert.Equal("worker 1", Assert.Throws<InvalidOperationException>(() => threads.Run(worker =>
        {
            if (worker == 1) throw new InvalidOperationException("worker 1");
        })).Message);
        var ran = 0;
        threads.Run(_ => Interlocked.Increment(ref ran));
        Assert.Equal(2, ran);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void EveryPiece_IsDoneOnce_WithWhatItsThreadOpened(int count)
    {
        using var threads = new WorkerThreads(count);
        var (done, told, opened, closed) = (new int[50], new List<int>(), 0, 0);
        threads.ForEach(done.Length, () =>
        {
            Interlocked.Increment(ref opened);
            return new Own(() => Interlocked.Increment(ref closed));
        }, (own, i) =>
        {
            Assert.Equal(own.Thread, Environment.CurrentManagedThreadId);
            Interlocked.Increment(ref done[i]);
        }, told.Add, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, done.Length), told.Order());
        Assert.All(done, times => Assert.Equal(1, times));
        Assert.InRange(opened, 1, count);
        Assert.Equal(opened, closed);
    }

    [Fact]
    public void WithoutPieces_NothingIsOpened()
    {
        using var threads = new WorkerThreads(2);
        threads.ForEach<IDisposable>(0, () => throw new InvalidOperationException("opened"), (_, _) => { },
            stop: TestContext.Current.CancellationToken);
    }

    [Fact]
    public void AfterAFailure_NothingMoreBegins()
    {
        using var threads = new WorkerThreads(2);
        var begun = 0;
        Assert.Throws<IOException>(() => threads.ForEach(1000, () => new MemoryStream(), (_, i) =>
        {
            Interlocked.Increment(ref begun);
            throw new IOException($"{i}");
        }, stop: TestContext.Current.CancellationToken));
        Assert.InRange(begun, 1, 2);
    }

    [Fact]
    public void ACancellation_EndsBetweenPieces()
    {
        using var threads = new WorkerThreads(1);
        using var stop = new CancellationTokenSource();
        var done = 0;
        Assert.Throws<OperationCanceledException>(() => threads.ForEach(9, () => new MemoryStream(), (_, _) =>
        {
            if (++done == 3) stop.Cancel();
        }, stop: stop.Token));
        Assert.Equal(3, done);
    }

    sealed class Own(Action close) : IDisposable
    {
        public int Thread { get; } = Environment.CurrentManagedThreadId;

        public void Dispose() => close();
    }
}

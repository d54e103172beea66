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
}

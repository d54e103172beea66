using ConceptExpress.Library.Runs;

namespace ConceptExpress.Library.Tests.Runs;

public sealed class RunTests
{
    [Fact]
    public void PhaseClock_KeepsThePhasesInOrder_AndAddsUpOneThatComesAgain()
    {
        var clock = new PhaseClock();
        clock.Begin("b");
        clock.Begin("a");
        clock.Begin("b");
        Assert.Equal(["b", "a"], clock.Stop().Keys);
        Assert.All(clock.Stop().Values, seconds => Assert.True(seconds >= 0));
    }

    [Fact]
    public void PeakMemory_NeverFalls()
    {
        var before = Machine.PeakMemoryBytes();
        Assert.True(before > 1 << 20);
        Assert.True(Machine.PeakMemoryBytes() >= before);
    }
}

using ConceptExpress.Library.Runs;
using ConceptExpress.Library.Tests.Concepts;

namespace ConceptExpress.Library.Tests.Runs;

public sealed class RunTests
{
    [Fact]
    public void StepLog_HasOneLinePerStep_OfAsManyFieldsAsTheHeader()
    {
        using var temp = new TemporaryFolder();
        Reports.Steps(9).Write(temp["metrics.csv"]);
        var lines = File.ReadAllLines(temp["metrics.csv"]);
        Assert.Equal(10, lines.Length);
        Assert.All(lines, line => Assert.Equal(10, line.Split(',').Length));
        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"{i}"), lines.Skip(1).Select(line => line.Split(',')[0]));
    }

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

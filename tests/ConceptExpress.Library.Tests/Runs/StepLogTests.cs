using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Losses;
using ConceptExpress.Library.Runs;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Runs;

public sealed class StepLogTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void EveryStep_HasALine_OfAsManyFieldsAsTheHeader()
    {
        var lines = Write(Reports.Steps(9));
        Assert.Equal(10, lines.Length);
        Assert.All(lines, line => Assert.Equal(10, line.Split(',').Length));
        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"{i}"), lines.Skip(1).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void Columns_FollowFromTheLosses_AndTheTotalComesLast()
    {
        var lines =
            Write(Log(Step(0, [new("denoising", 0.5), new("contrast", 3)], 0.75),
            Step(1, [new("denoising", 0.25), new("sharpness", 1e-45)], 2), Step(2, [], double.NaN)));
        Assert.Equal("step,pass,phase,prompt,denoising,contrast,sharpness,total,gradient_norm,seconds", lines[0]);
        Assert.StartsWith("0,0,learn merged tokens,\"a <b>\",0.5,3,,0.75,0.1,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("1,0,learn merged tokens,\"a <b>\",0.25,,1E-45,2,0.1,", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("2,0,learn merged tokens,\"a <b>\",,,,NaN,0.1,", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void NoSteps_AreAHeader() => Assert.Equal(["step,pass,phase,prompt,total,gradient_norm,seconds"], Write(new StepLog()));

    [Fact]
    public void QuotesInPrompts_AreDoubled()
    {
        var step = Step(0, [], 1) with { Prompt = "a \"b\", c" };
        Assert.Contains(",\"a \"\"b\"\", c\",", Write(Log(step))[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_ComeBackToTheLastDigit()
    {
        double[] values = [0.1 + 0.2, 1.0 / 3, 1e-45, 3.4028234663852886e38];
        var lines = Write(Log([.. values.Select((value, i) => Step(i, [new("denoising", value)], value))]));
        Assert.Equal(values, lines.Skip(1)
            .Select(line => double.Parse(line.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Seconds_NeverFall()
    {
        var seconds = Write(Reports.Steps(50)).Skip(1)
            .Select(line => double.Parse(line.Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(seconds.Order(), seconds);
    }

    string[] Write(StepLog log)
    {
        log.Write(temp["metrics.csv"]);
        return File.ReadAllLines(temp["metrics.csv"]);
    }

    static StepLog Log(params IEnumerable<OptimizerStepDone> steps)
    {
        var log = new StepLog();
        foreach (var step in steps) log.Add(step);
        return log;
    }

    static OptimizerStepDone Step(int step, KeyValuePair<string, double>[] terms, double total) =>
        new(Phases.LearnMergedTokens, 0, step, "a <b>", new LossValues(terms, total), 0.1);

    public void Dispose() => temp.Dispose();
}

using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion;
using Spectre.Console;

namespace ConceptExpress.Cli.Tests.Progress;

public sealed class ProgressTests
{
    sealed class Clock : TimeProvider
    {
        long ticks;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => ticks;
        public void Pass(double seconds) => ticks += TimeSpan.FromSeconds(seconds).Ticks;
    }

    [Theory]
    [InlineData(10, 100, 5, "10/100, 2.0 it/s, 0:45 left")]
    [InlineData(1, 500, 20, "1/500, 20.0 s/it, 2:46:20 left")]
    [InlineData(0, 5, 1, "0/5")]
    [InlineData(5, 5, 1, "5/5, 5.0 it/s, 0:00 left")]
    public void Pace_TellsRateAndTimeLeft(int done, int of, double seconds, string text)
    {
        var clock = new Clock();
        var pace = new Pace(of, clock);
        clock.Pass(seconds);
        for (var i = 0; i < done; i++) pace.Advance();
        Assert.Equal(text, pace.ToString());
    }

    [Fact]
    public void PlainDisplay_WritesLinesNowAndThen_AndTheLastIteration()
    {
        var (clock, writer) = (new Clock(), new StringWriter());
        var display = new PlainDisplay(writer, clock);
        display.Report(new PhaseBegan("learning", 20));
        for (var i = 0; i < 20; i++)
        {
            clock.Pass(1);
            display.Report(new Advanced("loss 1"));
        }
        Assert.Equal(
            ["Learning", "Learning: 5/20, 1.0 it/s, 0:15 left, loss 1", "Learning: 10/20, 1.0 it/s, 0:10 left, loss 1",
                "Learning: 15/20, 1.0 it/s, 0:05 left, loss 1", "Learning: 20/20, 1.0 it/s, 0:00 left, loss 1"],
            writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void TerminalDisplay_ShowsPhases_AndWarnings()
    {
        var writer = new StringWriter();
        var console =
            AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 120;
        var display = new TerminalDisplay(console);
        display.Run(() =>
        {
            display.Report(new PhaseBegan("learning [split] tokens", 2));
            display.Report(new Advanced("loss [1]"));
            display.Report(new Warned("mind the [gap]"));
            display.Report(new Advanced());
        });
        Assert.Contains("warning: mind the [gap]", writer.ToString());
        Assert.Contains("Learning [split] tokens", writer.ToString());
    }
}

using Spectre.Console;

namespace ConceptExpress.Cli.Progress;

/// <summary>Shows progress as bars that are redrawn in a terminal.</summary>
sealed class TerminalDisplay(IAnsiConsole console) : ProgressDisplay
{
    ProgressContext? context;
    ProgressTask? task;
    Pace? pace;
    string phase = "";

    public override void Run(Action work) => console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 })
        .Start(started =>
        {
            context = started;
            work();
            Finish();
        });

    protected override void Begin(string phase, int steps, string unit)
    {
        Finish();
        this.phase = phase;
        pace = steps > 0 ? new Pace(steps, TimeProvider.System, unit) : null;
        task = context?.AddTask(Markup.Escape(phase), maxValue: Math.Max(1, steps));
        if (task is not null) task.IsIndeterminate = steps == 0;
    }

    protected override void Advance(string detail)
    {
        if (task is null || pace is null) return;
        pace.Advance();
        task.Description = Markup.Escape($"{phase}: {pace}{(detail.Length > 0 ? ", " : "")}{detail}");
        task.Value = pace.Done;
    }

    protected override void Say(string line) => console.MarkupLineInterpolated($"{line}");

    void Finish()
    {
        if (task is null) return;
        task.IsIndeterminate = false;
        task.Value = task.MaxValue;
        task.StopTask();
    }
}

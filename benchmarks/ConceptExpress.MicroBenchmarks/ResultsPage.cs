using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;
using BenchmarkDotNet.Reports;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.MicroBenchmarks;

/// <summary>The page of results: where and how they were measured, and a table per subject.</summary>
/// <param name="load">
/// Mean number of programs that were running or waiting for a core in the minute before the measurements; null if unknown.
/// </param>
sealed class ResultsPage(double? load)
{
    const string LoadFile = "/proc/loadavg";
    const double Idle = 0.2;

    /// <summary>Notes how busy the machine is before the measurements begin.</summary>
    public static ResultsPage Begin() => new(
        File.Exists(LoadFile) ? double.Parse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture) : null);

    /// <summary>Writes the page.</summary>
    public void Write(string file, IEnumerable<Summary> summaries)
    {
        var text = new StringBuilder(Head());
        foreach (var summary in summaries.OrderBy(Heading, StringComparer.Ordinal))
            text.Append($"\n## {Heading(summary)}\n\n{Table(summary)}");
        File.WriteAllText(file, text.ToString());
    }

    string Head()
    {
        var machine = Machine.Describe("cpu", MicroConfig.TorchThreads);
        var where = $"{machine.Processor ?? machine.Architecture}, {machine.Cores} cores; {machine.Threads} thread of torch";
        return $"""
            # Small parts against their floor

            `dotnet run -c Release --project benchmarks/ConceptExpress.MicroBenchmarks -- --results docs/results/micro.md`

            - {where}; {machine.Runtime}; {DateTime.UtcNow:yyyy-MM-dd}.
            - {Company(machine.Cores)}
            - The floor is the least work that could do, or a familiar piece of work of the same size; the docstring of each class says
              which, and why. Ratio is how many times the floor above it a row takes. Rows without a class's name show what the time is
              spent on, or another library.
            - Of {MicroConfig.Measurements} measurements each; Error is half of the 99.9 % interval. Ratio is the mean over pairs of
              measurements, so a noisy floor can have another ratio to itself than 1.00.
              Where Error is near Mean, other work came between: that ratio says little.
            - Allocated is .NET's memory only, not libtorch's.

            """;
    }

    string Company(int cores) => load switch
    {
        null => "Whether other work ran at the same time is not known.",
        < Idle => "Hardly anything else ran when it began.",
        _ => $"Made beside other work on the same cores (load {load:0.0} on {cores} cores when it began): compare ratios, not times.",
    };

    static string Heading(Summary summary)
    {
        var subject = summary.BenchmarksCases[0].Descriptor.Type;
        return subject.GetCustomAttribute<DescriptionAttribute>()?.Description ?? subject.Name;
    }

    // BenchmarkDotNet's table with its units chosen per row: one unit for nanoseconds and seconds is hard to read.
    static string Table(Summary summary)
    {
        var columns = summary.Table.Columns.Where(column => column.NeedToShow).ToList();
        var rows = summary.Reports.Select((report, row) => columns.Select(column => Cell(column, row, report)));
        var (names, rule) = (columns.Select(column => column.Header), columns.Select(column => IsText(column) ? "---" : "---:"));
        return Row(names) + Row(rule) + string.Concat(rows.Select(Row));
    }

    static bool IsText(SummaryTable.SummaryTableColumn column) => column.Justify == SummaryTable.SummaryTableColumn.TextJustification.Left;

    static string Cell(SummaryTable.SummaryTableColumn column, int row, BenchmarkReport report) => column.Header switch
    {
        "Mean" => Duration(report.ResultStatistics?.Mean),
        "Error" => Duration(report.ResultStatistics?.ConfidenceInterval.Margin),
        "Allocated" => Size(report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)),
        _ => column.Content[row].Trim('\''),
    };

    static string Duration(double? nanoseconds) => nanoseconds switch
    {
        null => "failed",
        < 1e3 => $"{nanoseconds:0} ns",
        < 1e6 => $"{nanoseconds / 1e3:0.0} μs",
        < 1e9 => $"{nanoseconds / 1e6:0.0} ms",
        _ => $"{nanoseconds / 1e9:0.00} s",
    };

    static string Size(long? bytes) => bytes switch
    {
        null => "",
        < 1000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.0} kB",
        _ => $"{bytes / 1e6:0.0} MB",
    };

    static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}

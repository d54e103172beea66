using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Jobs.Health;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>doctor</c>: checks whether this machine can run the program, and says what to do if not.</summary>
static class DoctorCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("doctor",
            "Check libraries, devices, memory, disks, caches and checkpoints, and run a self-test of at most a minute.");
        var options = new DoctorOptions();
        options.AddTo(command);
        command.SetAction(parse =>
        {
            var report = session.Result(options.Request(parse));
            session.Print(report, options.Json(parse), Print);
            return CodeOf(report);
        });
        return command;
    }

    /// <summary>0 without a problem; 4 if only caches or checkpoints have one, because most work does not need them; else 5.</summary>
    static int CodeOf(HealthReport report) =>
        !report.Problems.Any() ? ExitCodes.Done
        : report.Problems.All(problem => problem.Area is HealthArea.Caches or HealthArea.Checkpoints) ? ExitCodes.Model
        : ExitCodes.Resources;

    static void Print(HealthReport report, TextWriter output)
    {
        var versions = report.Versions;
        output.WriteLine($"ConceptExpress {versions.ConceptExpress}, TorchSharp {versions.TorchSharp}, "
            + $"libtorch {versions.LibTorch ?? "not loaded"}, CUDA {versions.CudaRuntime ?? "not used"}"
            + (versions.CudaOfDriver is { } cuda ? $", driver {versions.Driver ?? "of unknown version"} for CUDA {cuda}" : ""));
        output.WriteLine($"{versions.DotNet} on {versions.System}");
        foreach (var finding in report.Findings)
        {
            output.WriteLine($"{WordOf(finding.Severity),-8} {finding.What}.");
            if (finding.Todo is { } todo) output.WriteLine($"{"",-8} {char.ToUpperInvariant(todo[0])}{todo[1..]}.");
        }
        var (problems, warnings) = (report.Problems.Count(), report.Findings.Count(finding => finding.Severity == Severity.Warning));
        output.WriteLine(problems + warnings == 0 ? "Nothing is wrong."
            : $"{problems} problem{(problems == 1 ? "" : "s")}, {warnings} warning{(warnings == 1 ? "" : "s")}.");
    }

    static string WordOf(Severity severity) => severity.ToString().ToLowerInvariant();
}

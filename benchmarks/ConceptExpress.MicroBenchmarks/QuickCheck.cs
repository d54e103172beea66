using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace ConceptExpress.MicroBenchmarks;

/// <summary>Runs every benchmark once, at its smallest size, through BenchmarkDotNet, so that none stops working unnoticed.</summary>
static class QuickCheck
{
    /// <summary>Checks all subjects and writes a line for each.</summary>
    /// <returns>0 if every benchmark and its floor finished, else 1.</returns>
    public static int Run(TextWriter output)
    {
        var failures = 0;
        foreach (var subject in typeof(QuickCheck).Assembly.GetTypes().Where(IsSubject).OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            var log = new AccumulationLogger();
            var config = ManualConfig.Create(MicroConfig.ToCheck(log)).AddFilter(new SimpleFilter(IsSmallest));
            var summary = BenchmarkRunner.Run(subject, config);
            var problem = Problem(summary);
            output.WriteLine($"{subject.Name}: {problem ?? $"{summary.Reports.Length} benchmarks finished"}");
            if (problem is null) continue;
            output.WriteLine(log.GetLog());
            failures++;
        }
        return failures == 0 ? 0 : 1;
    }

    /// <summary>Whether all benchmarks of a subject ran to their end.</summary>
    public static bool Finished(Summary summary) =>
        !summary.HasCriticalValidationErrors && summary.Reports.All(report => report is { Success: true, ResultStatistics: not null });

    static bool IsSubject(Type type) => type.GetMethods().Any(method => method.IsDefined(typeof(BenchmarkAttribute), inherit: true));

    // The first value of [Params] is the smallest.
    static bool IsSmallest(BenchmarkCase benchmark) => benchmark.Parameters.Items.All(parameter =>
        benchmark.Descriptor.Type.GetProperty(parameter.Name)!.GetCustomAttributes(typeof(ParamsAttribute), inherit: true)
            is [ParamsAttribute values] && Equals(values.Values[0], parameter.Value));

    static string? Problem(Summary summary)
    {
        if (summary.HasCriticalValidationErrors) return "BenchmarkDotNet refuses it";
        if (!Finished(summary)) return "a benchmark failed";
        var groups = summary.BenchmarksCases.GroupBy(benchmark => string.Join(' ', benchmark.Descriptor.Categories)).ToList();
        if (groups.Count == 0) return "there is nothing to run";
        return groups.FirstOrDefault(group => group.Select(one => one.Descriptor.Baseline).Distinct().Count() < 2) is { } alone
            ? $"the category '{alone.Key}' needs a floor and a benchmark" : null;
    }
}

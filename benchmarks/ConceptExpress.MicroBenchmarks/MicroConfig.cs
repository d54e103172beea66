using System.Diagnostics;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace ConceptExpress.MicroBenchmarks;

/// <summary>How the benchmarks run.</summary>
/// <remarks>
/// They run in this process. By default BenchmarkDotNet writes a new project for each benchmark and builds it. Such a project would lie
/// outside this repository's central list of package versions, and without the build's prepared copies of TorchSharp (decisions 2 and 5)
/// it would not load libtorch everywhere. The price is that benchmarks share one process: its heap, its memory allocator, its JIT.
/// </remarks>
static class MicroConfig
{
    /// <summary>
    /// Threads of torch. One, unlike in the full-size benchmark, because the parts that are written in C# have one thread: so both sides of
    /// every ratio have one. It also leaves a core to whatever else runs.
    /// </summary>
    public const int TorchThreads = 1;

    /// <summary>Measurements of each benchmark, after the runs that warm it up.</summary>
    public const int Measurements = 8;

    const int WarmUps = 2, MeasurementMilliseconds = 150;

    /// <summary>Whether this program was compiled without optimisation.</summary>
    public static bool IsDebugBuild =>
        typeof(MicroConfig).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true;

    /// <summary>Few and short measurements: all of them together take some minutes.</summary>
    public static IConfig ToMeasure(ILogger logger) => With("micro", logger, Job.Default
        .WithWarmupCount(WarmUps).WithIterationCount(Measurements)
        .WithIterationTime(TimeInterval.FromMilliseconds(MeasurementMilliseconds)));

    /// <summary>One call of each, in its smallest size. The times mean nothing.</summary>
    public static IConfig ToCheck(ILogger logger) => With("micro-check", logger, Job.Dry);

    static ManualConfig With(string folder, ILogger logger, Job job) => ManualConfig.CreateEmpty()
        .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
        .AddLogger(logger)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .HideColumns(Column.StdDev, Column.Median, Column.RatioSD, Column.Gen0, Column.Gen1, Column.Gen2, Column.AllocRatio)
        .HideColumns(Column.Categories)
        .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByParams, BenchmarkLogicalGroupRule.ByCategory)
        .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
        .AddExporter(MarkdownExporter.GitHub)
        .WithArtifactsPath(Path.Combine(Repository, "artifacts", folder))
        // The build marks TorchSharp.dll as not optimised, on purpose (decision 5). BenchmarkDotNet would refuse it.
        .WithOptions(ConfigOptions.DisableOptimizationsValidator);

    /// <summary>The checkout, or the current folder if the program is not in one.</summary>
    static string Repository
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "ConceptExpress.slnx"))) return folder.FullName;
            return Environment.CurrentDirectory;
        }
    }
}

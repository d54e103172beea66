using System.Globalization;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using ConceptExpress.MicroBenchmarks;

// Small parts against the least work that could do (docs/results/micro.md):
//   dotnet run -c Release --project benchmarks/ConceptExpress.MicroBenchmarks -- --filter '*'
// measures everything in some minutes. Other options are BenchmarkDotNet's. Its tables go to artifacts/micro/results.
//   ... -- --results FILE    measures everything and writes FILE, one table per subject
//   ... -- --check           runs everything once at its smallest size, so that no benchmark stops working unnoticed; measures nothing
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--check"]) return QuickCheck.Run(Console.Out);
if (MicroConfig.IsDebugBuild)
{
    Console.Error.WriteLine("Unoptimised code says nothing about speed; build with -c Release.");
    return 2;
}
var benchmarks = BenchmarkSwitcher.FromAssembly(typeof(MicroConfig).Assembly);
var page = args is ["--results", _] ? ResultsPage.Begin() : null;
var summaries = benchmarks.Run(page is null ? args : ["--filter", "*"], MicroConfig.ToMeasure(ConsoleLogger.Default)).ToList();
page?.Write(args[1], summaries);
return summaries.All(QuickCheck.Finished) ? 0 : 1;

// Part of every test project.
using ConceptExpress.Testing;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(OneAssemblyAtATime))]
[assembly: Parallelization(Mode = ParallelMode.None)] // torch uses all cores for one test

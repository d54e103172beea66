// Part of every test project that computes with torch.
using ConceptExpress.Testing;

[assembly: AssemblyFixture(typeof(TwoTorchThreads))]

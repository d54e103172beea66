using Xunit.Sdk;
using Xunit.v3;

// Torch takes all cores for one computation, and what is compared bit by bit wants no neighbour.
[assembly: Parallelization(Mode = ParallelMode.None)]

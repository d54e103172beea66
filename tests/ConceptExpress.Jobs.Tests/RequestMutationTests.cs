using System.Text;
using System.Text.Json;
using ConceptExpress.Testing;

namespace ConceptExpress.Jobs.Tests;

/// <summary>Thousands of damaged requests: each is read or refused, and costs little.</summary>
public sealed class RequestMutationTests
{
    const long MaxAllocated = 20_000_000;

    [Fact]
    public void MutatedRequests_AreReadOrRefused()
    {
        string[] originals = [.. JobRequestTests.Requests.Select(request => request.Data.ToJson())];
        new MutationRun("request", 5, MaxAllocated, typeof(JsonException)) { IsOneLine = false }.Run(
            (i, random) => Mutation.OfJson(originals[i % originals.Length], random),
            (bytes, _) =>
            {
                var request = JobRequest.FromJson(Encoding.UTF8.GetString(bytes));
                Assert.Equal(request.ToJson(), JobRequest.FromJson(request.ToJson()).ToJson());
            });
    }
}

using ConceptExpress.Hub;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs.Tests;

public sealed class FailureTests
{
    // A terminal obeys control characters, and names of files and answers of servers may hold them.
    public static TheoryData<Exception> Failures =>
    [
        new HubException("a\u001B[2Jb\nc."), new EmbeddingException("a\u001B[2Jb\nc."), new OutputException("a\u001B[2Jb\nc."),
        new InvalidOperationException("a\u001B[2Jb\nc."),
    ];

    [Theory, MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void ASentence_IsOnOneLine_AndHoldsNoControlCharacters(Exception failure)
    {
        var sentence = Failure.Sentence(failure);
        Assert.DoesNotContain(sentence, char.IsControl);
        Assert.Contains("a\\u001B[2Jb", sentence, StringComparison.Ordinal);
    }
}

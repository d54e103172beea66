using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Concepts;

/// <summary>A folder as the version before the first release wrote it.</summary>
static class FirstSchema
{
    /// <summary>Its <c>concepts.json</c>: two concepts with words and previews.</summary>
    public static string File => Path.Combine(TestFolders.Data, "settings", "concepts-1.json");
}

using System.Reflection;

namespace ConceptExpress.Library.Runs;

/// <summary>Identifies this software in results.</summary>
static class Product
{
    /// <summary>The version of ConceptExpress: the informational version of its assembly.</summary>
    public static string Version { get; } =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}

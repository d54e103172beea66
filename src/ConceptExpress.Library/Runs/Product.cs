using System.Reflection;

namespace ConceptExpress.Library.Runs;

/// <summary>What this software is, as results tell it.</summary>
public static class Product
{
    /// <summary>The version.</summary>
    public static string Version { get; } = typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}

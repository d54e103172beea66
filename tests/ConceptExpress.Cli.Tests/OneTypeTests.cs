using System.Reflection;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;

namespace ConceptExpress.Cli.Tests;

/// <summary>One type for a picture, one for a mask in pixels, one for a mask in cells, and no sides that can be swapped.</summary>
public sealed class OneTypeTests
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly string[] Sides = ["width", "height"];

    /// <summary>Every type that is ours, compiler-made ones left out.</summary>
    static IReadOnlyList<Type> Types { get; } =
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
            .Where(file => Path.GetFileName(file).StartsWith("ConceptExpress.", StringComparison.OrdinalIgnoreCase))
            .Where(file => !Path.GetFileName(file).Contains("Test", StringComparison.Ordinal)).Select(Assembly.LoadFrom)
                .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.FullName!.Contains('<', StringComparison.Ordinal)),
    ];

    [Fact]
    public void NoMethod_TakesTwoSidesByPosition() => Assert.Empty(
        from type in Types
        from method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared))
        where !method.Name.Contains('<', StringComparison.Ordinal)
        let names = method.GetParameters().Select(parameter => parameter.Name!.ToLowerInvariant()).ToList()
        where Sides.All(
            side => names.Any(name => name.EndsWith(side, StringComparison.Ordinal) && !name.StartsWith("half", StringComparison.Ordinal)))
        select $"{type.Name}.{method.Name}({string.Join(", ", names)})");

    [Fact]
    public void OneType_HoldsAPicture() => Assert.Equal([nameof(RgbImage)], Holding(typeof(byte[]), Sized));

    [Fact]
    public void OneType_HoldsAMaskInPixels() => Assert.Equal([nameof(Mask)], Holding(typeof(bool[]), Sized));

    [Fact]
    public void OneType_HoldsAMaskInCells() =>
        Assert.Equal([nameof(GridMask)],
        Holding(typeof(bool[]), type => type.GetProperties(Declared).Any(property => property.PropertyType == typeof(Grid))));

    static bool Sized(Type type) => type.GetProperties(Declared).Any(property => property.PropertyType == typeof(PixelSize));

    // What is drawn on or decoded is on its way to a picture; public types are what a picture is handed on as.
    static IEnumerable<string> Holding(Type samples, Func<Type, bool> sized) => Types
        .Where(type => type.IsPublic && sized(type) && type.GetFields(Declared).Any(field => field.FieldType == samples)
            && type.Name != "Canvas").Select(type => type.Name);
}

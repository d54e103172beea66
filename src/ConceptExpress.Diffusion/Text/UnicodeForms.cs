using System.Globalization;
using System.Reflection;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// The Unicode tables of <c>CanonicalForms.txt</c>. The runtime can normalise only if the system has ICU, but a prompt must give the same
/// tokens on every machine.
/// </summary>
sealed class UnicodeForms
{
    /// <summary>The tables, read once.</summary>
    public static readonly UnicodeForms Table = Read();

    /// <summary>One step of canonical decomposition: one or two code points.</summary>
    public Dictionary<int, int[]> Decompositions { get; } = [];

    /// <summary>Code points that are composed of two others.</summary>
    public Dictionary<(int First, int Second), int> Compositions { get; } = [];

    /// <summary>Canonical combining classes other than zero.</summary>
    public Dictionary<int, int> CombiningClasses { get; } = [];

    /// <summary>The ordinary forms of full-width and half-width characters.</summary>
    public Dictionary<int, int[]> Widths { get; } = [];

    static UnicodeForms Read()
    {
        var table = new UnicodeForms();
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("CanonicalForms.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            if (!line.StartsWith('#')) table.Add(line.Split(' '));
        return table;
    }

    void Add(string[] fields)
    {
        int Code(int i) => int.Parse(fields[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        int[] Codes(int from) => [.. Enumerable.Range(from, fields.Length - from).Select(Code)];
        switch (fields[0])
        {
            case "=":
                Decompositions.Add(Code(1), Codes(2));
                Compositions.Add((Code(2), Code(3)), Code(1));
                break;
            case ">":
                Decompositions.Add(Code(1), Codes(2));
                break;
            case "w":
                Widths.Add(Code(1), Codes(2));
                break;
            case "c":
                for (var code = Code(1); code <= Code(2); code++)
                    CombiningClasses.Add(code, int.Parse(fields[3], CultureInfo.InvariantCulture));
                break;
        }
    }
}

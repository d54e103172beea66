using System.Globalization;
using System.Numerics;
using System.Text;
using static ConceptExpress.Diffusion.Checkpoints.Pickles.PickleOpcode;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>Reads the opcodes that push a number, text or nothing.</summary>
static class PickleScalars
{
    /// <summary>Reads the value of an opcode. Returns null if the opcode is of another kind.</summary>
    public static PickleValue? Read(PickleOpcode opcode, PickleCursor cursor) => opcode switch
    {
        NONE => PickleNone.Instance,
        NEWTRUE => new PickleBoolean(true),
        NEWFALSE => new PickleBoolean(false),
        BININT => new PickleInteger((int)cursor.Little(4)),
        BININT1 => new PickleInteger(cursor.Little(1)),
        BININT2 => new PickleInteger(cursor.Little(2)),
        LONG1 => new PickleInteger(cursor.Long(cursor.Little(1))),
        LONG4 => new PickleInteger(cursor.Long(cursor.Little(4))),
        INT => TextInteger(cursor),
        BINFLOAT => new PickleFloat(cursor.BigDouble()),
        BINUNICODE => Text(cursor, cursor.Little(4)),
        SHORT_BINUNICODE => Text(cursor, cursor.Little(1)),
        BINUNICODE8 => Text(cursor, cursor.Little8()),
        UNICODE => new PickleText(Unescaped(cursor)),
        // Python 2 has one type for texts and bytes.
        BINSTRING => TextOrBytes(cursor, cursor.Little(4)),
        SHORT_BINSTRING => TextOrBytes(cursor, cursor.Little(1)),
        BINBYTES => Bytes(cursor, cursor.Little(4)),
        SHORT_BINBYTES => Bytes(cursor, cursor.Little(1)),
        BINBYTES8 => Bytes(cursor, cursor.Little8()),
        _ => null,
    };

    static PickleText Text(PickleCursor cursor, ulong bytes) =>
        new(cursor.Text(bytes) ?? throw cursor.Refusal("has a text that is not UTF-8"));

    static PickleValue TextOrBytes(PickleCursor cursor, uint bytes) =>
        cursor.Text(bytes) is { } text ? new PickleText(text) : PickleInert.Bytes;

    static PickleInert Bytes(PickleCursor cursor, ulong bytes)
    {
        cursor.Skip(bytes);
        return PickleInert.Bytes;
    }

    static PickleValue TextInteger(PickleCursor cursor)
    {
        var line = cursor.Line();
        if (line is "00" or "01") return new PickleBoolean(line == "01");
        return BigInteger.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? new PickleInteger(value)
            : throw cursor.Refusal("has a number that is not one");
    }

    // "raw-unicode-escape": only \uXXXX and \UXXXXXXXX mean anything else than they say.
    static string Unescaped(PickleCursor cursor)
    {
        var line = cursor.Line();
        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            var digits = line[i] != '\\' || i + 1 == line.Length ? 0 : line[i + 1] switch { 'u' => 4, 'U' => 8, _ => 0 };
            if (digits == 0)
            {
                text.Append(line[i]);
                continue;
            }
            if (i + 2 + digits > line.Length
                || !uint.TryParse(line.AsSpan(i + 2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
                || !Rune.IsValid(point))
                throw cursor.Refusal("has a text with a wrong escape");
            text.Append(new Rune(point).ToString());
            i += 1 + digits;
        }
        return text.ToString();
    }
}

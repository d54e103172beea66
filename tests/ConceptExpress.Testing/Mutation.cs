using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ConceptExpress.Testing;

/// <summary>Changes files at random, as damage and attackers do. The same random numbers give the same changes.</summary>
public static class Mutation
{
    const string Surrogate = "@surrogate@";

    static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    // Values of every type, and numbers at the ends of theirs.
    static readonly string[] values =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "2", "0.5", "-1.5", "1e-320", "1e308", "-1e308", "1e400", "1e30", "127", "255",
        "65536", "1000000", "2147483647", "-2147483648", "2147483648", "4294967296", "9007199254740993", "9223372036854775807",
        "-9223372036854775808", "18446744073709551616", "123456789012345678901234567890", "\"\"", "\" \"", "\"x\"", "\"7\"", "\"NaN\"",
        "\"../x\"", "\"/\"", "\"<asset0>\"",
        "\"a\\u0000b\"", "\"\\n\"", $"\"{Surrogate}\"", "[]", "{}", "[null]", "[1,2]", "[[]]", "{\"a\":1}",
        "\"" + new string('a', 2000) + "\"", new string('[', 70) + new string(']', 70),
    ];

    /// <summary>
    /// Returns a changed copy of a file: one to four of a flipped bit, another byte, an extreme value, a cut, a part twice, a part gone,
    /// random bytes.
    /// </summary>
    public static byte[] OfBytes(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (var left = random.Next(1, 5); left > 0 && bytes.Count > 4; left--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 20), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1 or 2: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 3: bytes[at] = ((byte[])[0, 1, 127, 128, 255])[random.Next(5)]; break;
                case 4: bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length)); break;
                case 5: bytes.RemoveRange(at, length); break;
                case 6 when random.Next(4) == 0: bytes.RemoveRange(at, bytes.Count - at); break;
                default:
                    for (var k = 0; k < length; k++) bytes[at + k] = (byte)random.Next(256);
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>
    /// Returns a changed copy of a JSON text, in UTF-8: one to three of a key gone, renamed or twice, a value of another type or at the end
    /// of its range, one value in the place of another. Every fourth is then damaged as bytes are.
    /// </summary>
    public static byte[] OfJson(string json, Random random)
    {
        var root = JsonNode.Parse(json);
        for (var left = random.Next(1, 4); left > 0; left--) root = Changed(root, random);
        var text = (root?.ToJsonString(plain) ?? "null").Replace(Surrogate, "\\ud800", StringComparison.Ordinal);
        if (random.Next(20) == 0) text = WithATwin(text, random);
        if (random.Next(20) == 0) text = text.Replace("null", "NaN", StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(text);
        return random.Next(4) == 0 ? OfBytes(bytes, random) : bytes;
    }

    static JsonNode? Changed(JsonNode? root, Random random)
    {
        List<(JsonNode Parent, string? Key, int Index)> places = [.. Places(root)];
        if (places.Count == 0) return Value(random);
        var (parent, key, index) = places[random.Next(places.Count)];
        var old = parent is JsonObject holder ? holder[key!] : parent.AsArray()[index];
        var (_, otherKey, otherIndex) = places[random.Next(places.Count)] is var other ? other : default;
        var elsewhere = other.Parent is JsonObject source ? source[otherKey!] : other.Parent.AsArray()[otherIndex];
        var fresh = random.Next(3) switch { 0 => elsewhere?.DeepClone(), 1 => Near(old, random), _ => Value(random) };
        var (drop, rename) = (random.Next(5) == 0, random.Next(8) == 0);
        if (parent is JsonObject fields)
        {
            if (drop || rename) fields.Remove(key!);
            if (rename) fields[random.Next(2) == 0 ? key!.ToUpperInvariant() : key + "2"] = old?.DeepClone();
            else if (!drop) fields[key!] = fresh;
        }
        else if (drop) parent.AsArray().RemoveAt(index);
        else if (rename) parent.AsArray().Insert(index, old?.DeepClone());
        else parent.AsArray()[index] = fresh;
        return root;
    }

    static JsonNode? Value(Random random) =>
        JsonNode.Parse(values[random.Next(values.Length)], documentOptions: new JsonDocumentOptions { MaxDepth = 256 });

    // A number that is a little or much different, a text with another letter.
    static JsonNode? Near(JsonNode? old, Random random)
    {
        if (old is not JsonValue value) return Value(random);
        if (value.TryGetValue<string>(out var text) && text.Length > 0)
            return text.Remove(random.Next(text.Length), 1).Insert(random.Next(text.Length), $"{(char)random.Next(1, 0x250)}");
        if (!value.TryGetValue<long>(out var number)) return Value(random);
        return random.Next(4) switch { 0 => number + 1, 1 => number - 1, 2 => -number, _ => unchecked(number * 1000) };
    }

    static IEnumerable<(JsonNode Parent, string? Key, int Index)> Places(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Places(field.Value).Prepend((node, field.Key, 0))),
        JsonArray list => list.SelectMany((item, i) => Places(item).Prepend((node, null, i))),
        _ => [],
    };

    // A second field of the same name before one.
    static string WithATwin(string text, Random random)
    {
        var end = text.IndexOf("\":", random.Next(text.Length), StringComparison.Ordinal);
        var start = end > 0 ? text.LastIndexOf('"', end - 1) : -1;
        return start < 0 ? text : text.Insert(start, $"{text[start..(end + 2)]}null,");
    }
}

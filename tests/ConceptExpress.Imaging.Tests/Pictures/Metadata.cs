using System.Text;

namespace ConceptExpress.Imaging.Tests;

/// <summary>The forms in which files hold EXIF and XMP.</summary>
static class Metadata
{
    public const string XmpKeyword = "XML:com.adobe.xmp";

    /// <summary>EXIF with the prefix of a JPEG's segment.</summary>
    public static byte[] Prefixed(byte[] tiff) => [.. "Exif\0\0"u8, .. tiff];

    /// <summary>A JPEG's APP1 segment with XMP.</summary>
    public static byte[] XmpSegment(string packet) => [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Encoding.UTF8.GetBytes(packet)];

    /// <summary>XMP with the orientation as an attribute.</summary>
    public static string XmpAttribute(string value, string prefix = "tiff") => Packet(
        $"""
        <rdf:Description rdf:about="" xmlns:{prefix}="http://ns.adobe.com/tiff/1.0/" {prefix}:Make="ä" {prefix}:Orientation="{value}"/>
        """);

    /// <summary>XMP with the orientation as an element, in a second description.</summary>
    public static string XmpElement(string value) => Packet($"""
        <rdf:Description rdf:about=""/>
        <rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/">
          <tiff:Orientation> {value} </tiff:Orientation>
        </rdf:Description>
        """);

    public static string Packet(string content) => $"""
        <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        {content}
        </rdf:RDF></x:xmpmeta>
        <?xpacket end="w"?>
        """;

    /// <summary>A PNG's iTXt chunk.</summary>
    public static (string Type, byte[] Data) InternationalText(string packet, bool compressed, string keyword = XmpKeyword)
    {
        var text = Encoding.UTF8.GetBytes(packet);
        return ("iTXt", [.. Encoding.ASCII.GetBytes(keyword), 0, (byte)(compressed ? 1 : 0), 0, .. "en\0\0"u8,
            .. compressed ? PngFile.Zlib(text) : text]);
    }

    /// <summary>A PNG's text chunk with bytes in hexadecimal, in lines of 36 bytes as programs write them.</summary>
    public static (string Type, byte[] Data) RawProfile(string name, byte[] data, bool compressed)
    {
        var lines = data.Chunk(36).Select(line => Convert.ToHexStringLower(line));
        var text = Encoding.ASCII.GetBytes($"\n{name}\n{data.Length,8}\n{string.Join('\n', lines)}\n");
        byte[] keyword = [.. Encoding.ASCII.GetBytes($"Raw profile type {name}"), 0];
        return compressed ? ("zTXt", [.. keyword, 0, .. PngFile.Zlib(text)]) : ("tEXt", [.. keyword, .. text]);
    }
}

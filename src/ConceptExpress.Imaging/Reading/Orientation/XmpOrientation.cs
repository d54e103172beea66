using System.Globalization;
using System.Text;
using System.Xml;

namespace ConceptExpress.Imaging;

/// <summary>Reads <c>tiff:Orientation</c> from an XMP packet, which is RDF in XML.</summary>
static class XmpOrientation
{
    /// <summary>The maximum length of a packet in bytes. Those of cameras and editors have some ten thousand.</summary>
    internal const int MaxBytes = 1 << 20;

    const string Tiff = "http://ns.adobe.com/tiff/1.0/";
    const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

    static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>
    /// Returns the orientation of the picture, 1 to 8; null if there is none, or the packet is malformed before it, or it is too long. It
    /// is an attribute or a child of a description; what lies deeper describes other pictures.
    /// </summary>
    internal static int? Of(ReadOnlySpan<byte> packet)
    {
        if (packet.Length > MaxBytes) return null;
        try
        {
            // Decoded before, so that no declaration in the packet chooses another encoding.
            using var xml = XmlReader.Create(new StringReader(Encoding.UTF8.GetString(packet).Trim('\uFEFF', '\0', ' ', '\r', '\n', '\t')),
                Settings);
            return Find(xml);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    static int? Find(XmlReader xml)
    {
        var level = int.MaxValue; // of the descriptions
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element) continue;
            if (xml is { LocalName: "Description", NamespaceURI: Rdf } && xml.Depth <= level)
            {
                level = xml.Depth;
                if (Parse(xml.GetAttribute("Orientation", Tiff)) is { } attribute) return attribute;
            }
            else if (xml is { LocalName: "Orientation", NamespaceURI: Tiff } && xml.Depth == level + 1 && Parse(Text(xml)) is { } element)
            {
                return element;
            }
        }
        return null;
    }

    // Of an element that has nothing but text.
    static string? Text(XmlReader xml) => !xml.IsEmptyElement && xml.Read() && xml.NodeType == XmlNodeType.Text ? xml.Value : null;

    static int? Parse(string? text) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)
            && value is >= 1 and <= 8
            ? value
            : null;
}

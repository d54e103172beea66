using System.Security.Cryptography;
using System.Text;

namespace ConceptExpress.Library.Pages;

/// <summary>
/// A page of HTML in one file. Its policy (Content-Security-Policy) allows only the styles and the script of this program, and embedded
/// pictures: a page that somebody changed cannot load or send anything.
/// </summary>
static class HtmlPage
{
    const string Generator = "<meta name=\"generator\" content=\"ConceptExpress\">";
    const int Beginning = 1024; // characters within which a page names its generator

    /// <summary>Whether this program wrote a file: it says so at its beginning.</summary>
    public static bool IsOurs(string path)
    {
        using var reader = new StreamReader(path);
        var beginning = new char[Beginning];
        return new string(beginning, 0, reader.ReadBlock(beginning)).Contains(Generator, StringComparison.Ordinal);
    }

    /// <summary>Returns the text of a page.</summary>
    /// <param name="title">The title of the window.</param>
    /// <param name="style">The whole style sheet.</param>
    /// <param name="script">The whole script, which runs after the page is read. It may not contain an end of a script element.</param>
    /// <param name="body">What the page shows. Style attributes and inline event handlers have no effect.</param>
    public static string Of(string title, string style, string script, Markup body) => Markup.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        {Markup.Trusted(Generator)}
        <meta http-equiv="Content-Security-Policy" content="{Policy(style, script)}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title}</title>
        <style>{Markup.Trusted(style)}</style>
        </head>
        <body>
        {body}
        <script>{Markup.Trusted(script)}</script>
        </body>
        </html>

        """).ToString();

    /// <summary>Returns a style sheet or a script that is a resource of this library.</summary>
    public static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n"); // browsers hash the text with these line endings
    }

    static string Policy(string style, string script) =>
        $"default-src 'none'; img-src data:; style-src {Hash(style)}; script-src {Hash(script)}; base-uri 'none'; form-action 'none'";

    static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}

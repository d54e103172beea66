using System.Diagnostics.CodeAnalysis;

namespace ConceptExpress.Hub;

/// <summary>Names a repository of the hub, and which state of it: <c>owner/name</c> or <c>owner/name@revision</c>.</summary>
/// <param name="Owner">The user or organization: ASCII letters, digits, <c>_</c>, and within it <c>.</c> and <c>-</c>.</param>
/// <param name="Name">The repository, of the same characters. Owner and name have at most 96 characters together.</param>
/// <param name="Revision">A branch, a tag or a commit of 40 hexadecimal digits; null for the branch <c>main</c>.</param>
sealed record HubId(string Owner, string Name, string? Revision = null)
{
    /// <summary>The branch that is meant if no revision is named.</summary>
    public const string DefaultRevision = "main";

    const int MaxLength = 96, MaxRevision = 200, CommitLength = 40;

    /// <summary>What <see cref="TryParse"/> accepts, in words.</summary>
    public const string Expected = "an id such as owner/name or owner/name@revision";

    /// <summary><c>owner/name</c>.</summary>
    public string Repository => $"{Owner}/{Name}";

    /// <summary>The revision, or <see cref="DefaultRevision"/>.</summary>
    public string RevisionOrDefault => Revision ?? DefaultRevision;

    /// <summary>Reads an id. Nothing is looked up.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The id; null if the text is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out HubId? id)
    {
        id = null;
        var at = text.IndexOf('@');
        var repository = at < 0 ? text : text[..at];
        var revision = at < 0 ? null : text[(at + 1)..];
        if (repository.Length > MaxLength || repository.Split('/') is not [var owner, var name]) return false;
        if (!IsPart(owner) || !IsPart(name) || revision is not null && !IsRevision(revision)) return false;
        id = new HubId(owner, name, revision);
        return true;
    }

    /// <summary>Reads an id that is known to be one.</summary>
    /// <exception cref="FormatException">The text is no id.</exception>
    public static HubId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not {Expected}");

    /// <summary>Whether a text can be a revision: parts of ASCII letters, digits, <c>._-</c>, separated by <c>/</c>.</summary>
    public static bool IsRevision(string text) => text.Length is > 0 and <= MaxRevision && text.Split('/').All(IsRevisionPart);

    /// <summary>Whether a text is a full commit: 40 hexadecimal digits in lower case.</summary>
    public static bool IsCommit(string text) => text.Length == CommitLength && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Revision is null ? Repository : $"{Repository}@{Revision}";

    // The hub's own rules. Two dashes would be a separator in the cache's names of folders, two points lead out of a folder.
    static bool IsPart(string part) => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        && part[0] is not ('-' or '.') && part[^1] is not ('-' or '.')
        && !part.Contains("--", StringComparison.Ordinal) && !part.Contains("..", StringComparison.Ordinal)
        && !part.EndsWith(".git", StringComparison.Ordinal);

    static bool IsRevisionPart(string part) => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        && part[0] is not ('-' or '.') && part[^1] != '.' && !part.Contains("..", StringComparison.Ordinal);
}

using System.Text.Json.Serialization;
using ConceptExpress.Hub;

namespace ConceptExpress.Library.Models;

/// <summary>A checkpoint with a short name: of the hub, or somewhere on this machine.</summary>
sealed record ModelSource
{
    /// <summary>The short name.</summary>
    [JsonIgnore] public string Name { get; init; } = "";

    /// <summary>Whether the user's file names it, not the program's own table.</summary>
    [JsonIgnore] public bool IsUsers { get; init; }

    /// <summary>An id of the hub (see <see cref="HubModel"/>); null for a path.</summary>
    public string? Hub { get; init; }

    /// <summary>Full path of a folder or a single file; null for the hub.</summary>
    public string? Path { get; init; }

    /// <summary>Its licence as far as it is known; null if it is not.</summary>
    public ModelLicence? Licence { get; init; }

    /// <summary>What it is, in a few words; null for nothing.</summary>
    public string? Note { get; init; }
}

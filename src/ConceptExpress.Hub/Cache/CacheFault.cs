namespace ConceptExpress.Hub.Cache;

/// <summary>What is wrong with a file of the cache.</summary>
enum CacheFaultKind
{
    /// <summary>A link of a snapshot leads nowhere: its content was deleted.</summary>
    Dangling,

    /// <summary>A small file does not have the content that its name says, or a large one is empty.</summary>
    Damaged,

    /// <summary>A branch or tag names a snapshot that is not there.</summary>
    Lost,

    /// <summary>A download that was not finished.</summary>
    Unfinished,
}

/// <summary>Something wrong in the cache.</summary>
/// <param name="Id">The repository; with its revision if one is concerned.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Path">Full path of the file.</param>
/// <param name="Bytes">Size of the file; 0 if it is missing.</param>
sealed record CacheFault(HubId Id, CacheFaultKind Kind, string Path, long Bytes);

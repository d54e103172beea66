namespace ConceptExpress.Hub;

/// <summary>
/// A checkpoint of the hub is not on this machine, cannot be downloaded, or is damaged. The message is one sentence: which one, what is
/// wrong, and what to do.
/// </summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The exception behind it; null, the default, if there is none.</param>
class HubException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A checkpoint is not in the cache. The message is one sentence that says which one.</summary>
/// <param name="message">The sentence.</param>
/// <param name="download">What would have to be downloaded: an id such as <c>owner/name@revision</c>.</param>
sealed class NotDownloadedException(string message, string download) : HubException(message)
{
    /// <summary>What would have to be downloaded: an id such as <c>owner/name@revision</c>, or a short name.</summary>
    public string Download { get; } = download;
}

/// <summary>The cache cannot be written, or the disk is full. The message is one sentence: which folder, why, and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="inner">The exception behind it; null, the default, if there is none.</param>
sealed class HubStorageException(string message, Exception? inner = null) : Exception(message, inner);

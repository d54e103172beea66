namespace ConceptExpress.Hub.Downloads;

/// <summary>Progress of a download. Events come one at a time, on the threads that do the work.</summary>
abstract record DownloadEvent;

/// <summary>What will be downloaded is known.</summary>
/// <param name="Licence">What the publisher states; null if nothing.</param>
/// <param name="Files">Number of files of the checkpoint.</param>
/// <param name="Bytes">Bytes of all its files.</param>
sealed record FilesChosen(ModelLicence? Licence, int Files, long Bytes) : DownloadEvent;

/// <summary>Work on many bytes begins: <c>check files</c> reads what is there, <c>download</c> gets the rest.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Bytes">Number of bytes that <see cref="BytesDone"/> will add up to.</param>
sealed record BytesBegan(string Phase, long Bytes) : DownloadEvent;

/// <summary>More bytes of the phase are done.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Number of bytes of the whole phase that are done; less than before if a file begins again.</param>
sealed record BytesDone(string Path, long Bytes) : DownloadEvent;

/// <summary>Something that the user should know.</summary>
/// <param name="Text">One sentence.</param>
sealed record DownloadNote(string Text) : DownloadEvent;

namespace ConceptExpress.Testing;

/// <summary>
/// Holds back a test assembly until no other one of the checkout runs: <c>dotnet test</c> starts several at once, and each would use all
/// cores. The file is locked by the system, so a run that was killed holds nobody back.
/// </summary>
public sealed class OneAssemblyAtATime : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromHours(1), Pause = TimeSpan.FromMilliseconds(100);

    readonly FileStream held = Acquire(Path.Combine(TestFolders.Repository, "artifacts", "tests.lock"));

    static FileStream Acquire(string path)
    {
        for (var end = DateTime.UtcNow + Patience; ; Thread.Sleep(Pause))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) && DateTime.UtcNow < end)
            {
                // another assembly's turn
            }
        }
    }

    public void Dispose() => held.Dispose();
}

namespace ConceptExpress.Imaging.Tests;

/// <summary>A file that goes with the test.</summary>
sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(byte[] bytes, string extension = ".png")
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), Guid.NewGuid().ToString("n") + extension);
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}

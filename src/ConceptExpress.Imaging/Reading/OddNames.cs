using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ConceptExpress.Imaging;

/// <summary>
/// Opens files on Linux whose names are bytes that are no UTF-8, as old archives leave them. .NET shows such bytes as U+FFFD, and finds
/// no file by that. So folders are listed as bytes, and the one name that would be shown alike is taken.
/// </summary>
[SupportedOSPlatform("linux")]
static partial class OddNames
{
    const char Replacement = '\uFFFD';

    // Of struct dirent on 64-bit Linux, with glibc as with musl: inode, offset, record length, type, name.
    const int NameOffset = 19;

    const int ReadOnlyAndCloseOnExec = 0x80000;

    /// <summary>Whether a path may stand for bytes that are no UTF-8.</summary>
    internal static bool MayBe(string path) => path.Contains(Replacement);

    /// <summary>Opens the one file whose path is shown like <paramref name="path"/>; returns null if there is none.</summary>
    /// <exception cref="ImageException">Several files or folders are shown alike.</exception>
    /// <exception cref="IOException">The file is there, but cannot be opened.</exception>
    internal static FileStream? Open(string path)
    {
        if (!Environment.Is64BitProcess) return null;
        byte[] found = [];
        foreach (var part in Path.GetFullPath(path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Encoding.UTF8.GetBytes(part);
            if (MayBe(part) && OnlyOneLike(part, [.. found, (byte)'/'], path) is { } odd) name = odd;
            found = [.. found, (byte)'/', .. name];
        }
        var handle = OpenFile([.. found, 0], ReadOnlyAndCloseOnExec);
        if (handle >= 0) return new FileStream(new SafeFileHandle(handle, ownsHandle: true), FileAccess.Read, bufferSize: 0);
        const int noEntry = 2;
        return Marshal.GetLastPInvokeError() is noEntry ? null : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    static byte[]? OnlyOneLike(string shown, byte[] folder, string path)
    {
        byte[][] alike = [.. Names(folder).Where(name => Same(Encoding.UTF8.GetString(name), shown))];
        return alike.Length <= 1
            ? alike.FirstOrDefault()
            : throw new ImageException($"'{path}' may be one of {alike.Length} files with names that are no UTF-8; rename yours.");
    }

    // How many U+FFFD stand for a run of bytes depends on who decoded them.
    static bool Same(string one, string other) => Collapsed(one) == Collapsed(other);

    static string Collapsed(string name) =>
        string.Concat(name.Where((c, i) => c != Replacement || i == 0 || name[i - 1] != Replacement));

    static List<byte[]> Names(byte[] folder)
    {
        var names = new List<byte[]>();
        var listing = OpenFolder([.. folder, 0]);
        if (listing == 0) return names;
        try
        {
            for (nint entry; (entry = ReadEntry(listing)) != 0;)
            {
                var length = 0;
                while (Marshal.ReadByte(entry, NameOffset + length) != 0) length++;
                var name = new byte[length];
                Marshal.Copy(entry + NameOffset, name, 0, length);
                names.Add(name);
            }
        }
        finally
        {
            _ = CloseFolder(listing);
        }
        return names;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int OpenFile(byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "opendir")]
    private static partial nint OpenFolder(byte[] path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    private static partial nint ReadEntry(nint folder);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseFolder(nint folder);
}

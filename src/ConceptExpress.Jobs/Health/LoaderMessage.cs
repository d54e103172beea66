using System.Text.RegularExpressions;

namespace ConceptExpress.Jobs.Health;

/// <summary>Why the system could not load a native library, read from the loader's message.</summary>
/// <param name="What">What is wrong, in one sentence without a full stop.</param>
/// <param name="Todo">What to do.</param>
sealed partial record LoaderMessage(string What, string Todo)
{
    /// <summary>Reads a message.</summary>
    /// <param name="library">Name of the library, as code names it: <c>torch_cpu</c>.</param>
    /// <param name="message">
    /// The message of .NET's exception. It holds a line of the system's loader for each place where the library could have been.
    /// </param>
    /// <param name="package">The package that the library comes with.</param>
    public static LoaderMessage Read(string library, string message, string package)
    {
        // Names that .NET makes of the library's own name; all others are what the library needs.
        bool IsOwn(string file) => Path.GetFileName(file) is var name && (name == library || name == $"lib{library}"
            || name.StartsWith($"{library}.", StringComparison.Ordinal) || name.StartsWith($"lib{library}.", StringComparison.Ordinal));
        string? First(Regex pattern, bool own) => pattern.Matches(message).Select(match => match.Groups[1].Value)
            .FirstOrDefault(file => IsOwn(file) == own);

        if (First(Missing(), own: false) is { } needed)
            return new LoaderMessage($"{library} cannot be loaded, because it needs {Path.GetFileName(needed)}, which is missing",
                $"install the system's package that has {Path.GetFileName(needed)}, or restore {package} again if it is one of its files");
        if (Version().Match(message) is { Success: true } version)
            return new LoaderMessage(
                $"{library} cannot be loaded, because {Path.GetFileName(version.Groups[1].Value)} is older than it needs "
                + $"({version.Groups[2].Value})", "use a newer system, or install a newer version of that library");
        if (Damaged().Match(message) is { Success: true } damaged)
            return new LoaderMessage($"{damaged.Groups[1].Value} is damaged or of another kind of machine ({damaged.Groups[2].Value})",
                $"restore {package} for this system again");
        if (Symbol().Match(message) is { Success: true } symbol)
            return new LoaderMessage($"{library} does not fit the other libraries ({symbol.Groups[1].Value})",
                $"use one version of libtorch, {VersionMap.LibTorch}, and look for others in LD_LIBRARY_PATH");
        if (message.Contains("0x8007007E", StringComparison.Ordinal))
            return new LoaderMessage($"{library} cannot be loaded, because it or a library that it needs is missing",
                $"install Microsoft's Visual C++ runtime, and {package}");
        return new LoaderMessage($"{library} is missing",
            $"install {package}, or name the folder of a libtorch {VersionMap.LibTorch} in LD_LIBRARY_PATH");
    }

    // Linux: "libx.so.1: cannot open shared object file: No such file or directory"; macOS: "Library not loaded: @rpath/libx.dylib"
    [GeneratedRegex(
        @"(?m)(?:^|\s)(?:Library not loaded: )?([^\s:]+\.(?:so(?:\.[\d.]+)?|dylib))(?:: cannot open shared object file|$|\s+Referenced)")]
    private static partial Regex Missing();

    // "/lib/x/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by ...)"
    [GeneratedRegex(@"([^\s:]+): version [`'](\S+?)' not found")]
    private static partial Regex Version();

    [GeneratedRegex(@"([^\s:]+): (file too short|invalid ELF header|(?:cannot read file data|wrong ELF class)[^\n]*"
        + @"|[^\n]*incompatible architecture[^\n]*)")]
    private static partial Regex Damaged();

    [GeneratedRegex(@"(undefined symbol: \S+|symbol not found[^\n]*)")]
    private static partial Regex Symbol();
}

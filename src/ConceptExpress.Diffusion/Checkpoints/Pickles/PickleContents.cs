namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>What a file holds: a tree, and where the storages of its tensors begin.</summary>
/// <param name="Root">The tree.</param>
/// <param name="Starts">Every storage that a tensor may refer to, with the offset of its first byte in the file.</param>
sealed record PickleContents(PickleValue Root, IReadOnlyDictionary<PickleStorage, long> Starts)
{
    static readonly string[] TarMembers = ["storages", "tensors", "pickle", "sys_info"];

    /// <summary>Reads a file in either of the two forms that torch.save has.</summary>
    /// <exception cref="CheckpointException">The file has another form, is damaged, or asks for anything but data.</exception>
    public static PickleContents Read(RangeFile file)
    {
        const int tarHeaderBytes = 512, tarMagicOffset = 257;
        ReadOnlySpan<byte> head = file.Read(0, (int)Math.Min(file.Length, tarHeaderBytes));
        if (head.StartsWith("PK\x03\x04"u8)) return ZipForm.Read(file);
        if (head.Length > 0 && head[0] == (byte)PickleOpcode.PROTO) return LegacyForm.Read(file);
        var member = head[..Math.Max(0, head.IndexOf((byte)0))];
        if (head.Length == tarHeaderBytes && (head[tarMagicOffset..].StartsWith("ustar"u8) || IsTarMember(member)))
            throw PickleRefusal.Of(file.Path, "it is a tar archive, the form that torch wrote before 2017, which is not supported");
        throw PickleRefusal.Of(file.Path, "it begins neither as a zip archive nor as a pickle");
    }

    static bool IsTarMember(ReadOnlySpan<byte> name)
    {
        foreach (var member in TarMembers)
            if (System.Text.Ascii.Equals(name, member)) return true;
        return false;
    }
}

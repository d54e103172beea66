using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

// What the build changes in TorchSharp's files. The package's file is never written to: the result is a new file.
public abstract class TorchSharpPatch : Task
{
    [Required] public string Source { get; set; } = "";
    [Required] public string Destination { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            var image = File.ReadAllBytes(Source);
            Patch(image);
            if (File.Exists(Destination) && File.ReadAllBytes(Destination).SequenceEqual(image)) return true;
            Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
            var temporary = Destination + ".new";
            File.WriteAllBytes(temporary, image);
            if (File.Exists(Destination)) File.Delete(Destination);
            File.Move(temporary, Destination);
            return true;
        }
        catch (InvalidDataException e)
        {
            Log.LogError("{0} is not the file of TorchSharp 0.107.0 that this build knows how to prepare: {1}. " +
                "After an update of TorchSharp, revise src/ConceptExpress.Diffusion/buildTransitive/TorchSharpPatches.cs.", Source,
                e.Message);
            return false;
        }
    }

    protected abstract void Patch(byte[] image);
}

// Makes TorchSharp.dll keep its arguments alive while libtorch uses them. Its methods pass native handles of tensors and scalars without
// GC.KeepAlive; optimised code forgets an argument after its last use, and the finalizer may free it before libtorch reads it. Compiled
// without
// optimisation, a method holds its arguments until it returns. The assembly's DebuggableAttribute asks for that.
// See docs/decisions/0005-torchsharp-keeps-its-arguments-alive.md.
public sealed class PatchTorchSharp : TorchSharpPatch
{
    // A custom attribute's value: length, prolog (1), DebuggingModes (IgnoreSymbolStoreSequencePoints), no named arguments.
    static readonly byte[] Published = { 8, 1, 0, 2, 0, 0, 0, 0, 0 };

    // The same with Default | IgnoreSymbolStoreSequencePoints | DisableOptimizations. The runtime ignores the last without the first.
    static readonly byte[] Wanted = { 8, 1, 0, 3, 1, 0, 0, 0, 0 };

    protected override void Patch(byte[] image)
    {
        var at = Find(image, 0);
        if (at < 0 || Find(image, at + 1) >= 0) throw new InvalidDataException("it does not hold its DebuggableAttribute exactly once");
        Wanted.CopyTo(image, at);
    }

    static int Find(byte[] image, int from)
    {
        for (var i = from; i + Published.Length <= image.Length; i++)
            if (!Published.Where((b, k) => image[i + k] != b).Any()) return i;
        return -1;
    }
}

// Makes libLibTorchSharp.so load on systems whose libstdc++ is older than GCC 13's: Debian 12, Ubuntu 22.04, RHEL 9.
// One symbol, the iostream initialiser std::ios_base_library_init(), asks for GLIBCXX_3.4.32. Its undefined reference is pointed at
// std::ios_base::Init::Init() (GLIBCXX_3.4), which does the same initialisation and touches nothing of its argument.
// See docs/decisions/0002-torchsharp-on-older-linux.md.
public sealed class PatchLibTorchSharp : TorchSharpPatch
{
    const string Wanted = "_ZSt21ios_base_library_initv", Replacement = "_ZNSt8ios_base4InitC1Ev";
    const string NewVersion = "GLIBCXX_3.4.32", OldVersion = "GLIBCXX_3.4";

    protected override void Patch(byte[] image)
    {
        var elf = new Elf(image);
        if (!elf.NeedsVersion(NewVersion)) return;
        var symbol = elf.FindSymbol(Wanted);
        if (symbol < 0) throw new InvalidDataException($"it needs {NewVersion}, but not for {Wanted}");
        elf.RequireUnshared(symbol, Wanted.Length);

        var newRecord = elf.FindNeededVersion(NewVersion);
        var oldRecord = elf.FindNeededVersion(OldVersion);
        if (oldRecord < 0) throw new InvalidDataException($"it does not ask for {OldVersion}");
        var newIndex = elf.U16(newRecord + 6);
        for (var i = 0; i < elf.SymbolCount; i++)
            if (i != symbol && elf.SymbolVersion(i) == newIndex)
                throw new InvalidDataException($"more than one symbol needs {NewVersion}");

        elf.RenameSymbol(symbol, Replacement, Wanted.Length);
        elf.SetSymbolVersion(symbol, elf.U16(oldRecord + 6));
        Array.Copy(image, oldRecord, image, newRecord, 4);          // vna_hash
        Array.Copy(image, oldRecord + 8, image, newRecord + 8, 4);  // vna_name
        if (elf.NeedsVersion(NewVersion)) throw new InvalidDataException($"{NewVersion} is still needed after the change");
    }

    // Just enough of ELF64 little-endian: dynamic symbols, their strings, and the versions they need.
    sealed class Elf
    {
        readonly byte[] image;
        readonly int dynsym, dynsymSize, dynstr, dynstrSize, versions, needed;

        public Elf(byte[] image)
        {
            this.image = image;
            if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[4] != 2 || image[5] != 1)
                throw new InvalidDataException("it is not a 64-bit little-endian ELF file");
            int table = (int)BitConverter.ToInt64(image, 0x28), size = U16(0x3A), count = U16(0x3C);
            for (var i = 0; i < count; i++)
            {
                var header = table + i * size;
                int type = (int)U32(header + 4), offset = (int)BitConverter.ToInt64(image, header + 24),
                    length = (int)BitConverter.ToInt64(image, header + 32);
                switch (type)
                {
                    case 11: // SHT_DYNSYM, whose sh_link is the string table
                        (dynsym, dynsymSize) = (offset, length);
                        var strings = table + (int)U32(header + 40) * size;
                        (dynstr, dynstrSize) =
                            ((int)BitConverter.ToInt64(image, strings + 24), (int)BitConverter.ToInt64(image, strings + 32));
                        break;
                    case 0x6fffffff: versions = offset; break; // .gnu.version
                    case 0x6ffffffe: needed = offset; break;   // .gnu.version_r
                }
            }
            if (dynsym == 0 || dynstr == 0 || versions == 0 || needed == 0) throw new InvalidDataException("a dynamic section is missing");
        }

        public int SymbolCount => dynsymSize / 24;
        public ushort U16(int at) => BitConverter.ToUInt16(image, at);
        uint U32(int at) => BitConverter.ToUInt32(image, at);
        int NameOffset(int symbol) => (int)U32(dynsym + symbol * 24);
        public ushort SymbolVersion(int symbol) => U16(versions + symbol * 2);
        public void SetSymbolVersion(int symbol, ushort version) => BitConverter.GetBytes(version).CopyTo(image, versions + symbol * 2);
        public bool NeedsVersion(string version) => FindNeededVersion(version) >= 0;

        string Text(int offset)
        {
            var end = Array.IndexOf(image, (byte)0, dynstr + offset, dynstrSize - offset);
            return Encoding.ASCII.GetString(image, dynstr + offset, end - dynstr - offset);
        }

        public int FindSymbol(string name)
        {
            for (var i = 0; i < SymbolCount; i++)
                if (Text(NameOffset(i)) == name) return i;
            return -1;
        }

        // Position of the Vernaux record of that name, or -1.
        public int FindNeededVersion(string version)
        {
            for (int need = needed, step; ; need += step)
            {
                var record = need + (int)U32(need + 8);
                for (var k = 0; k < U16(need + 2); k++)
                {
                    if (Text((int)U32(record + 8)) == version) return record;
                    record += (int)U32(record + 12);
                }
                step = (int)U32(need + 12);
                if (step == 0) return -1;
            }
        }

        // Linkers share string tails: no other symbol's name may lie inside the one that changes.
        public void RequireUnshared(int symbol, int length)
        {
            var from = NameOffset(symbol);
            for (var i = 0; i < SymbolCount; i++)
                if (i != symbol && NameOffset(i) >= from && NameOffset(i) <= from + length)
                    throw new InvalidDataException("another symbol shares the name to be changed");
        }

        public void RenameSymbol(int symbol, string name, int oldLength)
        {
            var at = dynstr + NameOffset(symbol);
            Array.Clear(image, at, oldLength);
            Encoding.ASCII.GetBytes(name).CopyTo(image, at);
        }
    }
}

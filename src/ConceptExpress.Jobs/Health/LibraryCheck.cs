using System.Reflection;
using System.Runtime.InteropServices;
using SkiaSharp;
using TorchSharp;

namespace ConceptExpress.Jobs.Health;

/// <summary>Loads the native libraries, one after the other. Runs without libtorch: nothing of TorchSharp is called.</summary>
static class LibraryCheck
{
    // In the order of their needs, so that the first finding is the cause.
    static readonly (string Name, Assembly Owner, string Package)[] All =
    [
        ("c10", typeof(torch).Assembly, LibTorchPackage), ("torch_cpu", typeof(torch).Assembly, LibTorchPackage),
        ("LibTorchSharp", typeof(torch).Assembly, "the package TorchSharp"),
        ("libSkiaSharp", typeof(SKBitmap).Assembly, "the package SkiaSharp.NativeAssets of this system"),
    ];

    static string LibTorchPackage => $"the package libtorch-cpu of this system, version {VersionMap.LibTorch}";

    /// <summary>Whether libtorch can be loaded.</summary>
    public static bool HasTorch => All.Where(each => each.Owner == typeof(torch).Assembly)
        .All(each => NativeLibrary.TryLoad(each.Name, each.Owner, null, out _));

    /// <summary>A finding for the first library that cannot be loaded; else one that all can.</summary>
    public static IEnumerable<Finding> Findings()
    {
        foreach (var (name, owner, package) in All)
            if (Fault(name, owner, package) is { } fault)
            {
                yield return fault;
                if (owner == typeof(torch).Assembly) yield break; // those after it need it
            }
        if (HasTorch) yield return Finding.Ok(HealthArea.Libraries, "libtorch and what it needs can be loaded");
    }

    /// <summary>Compares the versions of this machine with those that this release was made for.</summary>
    public static IEnumerable<Finding> Findings(VersionRecord versions)
    {
        if (versions.LibTorch is { } found && found != VersionMap.LibTorch)
            yield return Finding.Warning(HealthArea.Libraries,
                $"libtorch is {found}, but this release was made for {VersionMap.LibTorch}",
                $"use libtorch {VersionMap.LibTorch}, if anything fails or results differ");
        if (versions.CudaRuntime is not null && versions.CudaOfDriver is { } driver
            && int.Parse(driver.Split('.')[0]) < VersionMap.MinDriverCuda)
            yield return Finding.Problem(HealthArea.Libraries, $"the graphics driver runs CUDA up to {driver} only",
                $"install a driver that runs CUDA {VersionMap.MinDriverCuda} or later");
    }

    static Finding? Fault(string name, Assembly owner, string package)
    {
        try
        {
            NativeLibrary.Load(name, owner, null);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            var read = LoaderMessage.Read(name, e.Message, package);
            return Finding.Problem(HealthArea.Libraries, read.What, read.Todo);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace ConceptExpress.Testing;

/// <summary>
/// Reads thousands of changed files of one format. Each must be read, or refused by an exception that is documented, in one sentence, in
/// little memory and time.
/// </summary>
/// <param name="format">The format, as the table of results names it.</param>
/// <param name="seed">Seed of the changes.</param>
/// <param name="maxAllocated">The most bytes of managed memory that one file may take.</param>
/// <param name="documented">The exceptions with which a file may be refused.</param>
public sealed class MutationRun(string format, int seed, long maxAllocated, params Type[] documented)
{
    // A longer run, and a file that its row of a table is added to: CONCEPTEXPRESS_MUTATIONS=100000, CONCEPTEXPRESS_MUTATION_TABLE=path.
    const int Usual = 10_000;

    // Of one file, on a busy machine.
    static readonly TimeSpan longest = TimeSpan.FromSeconds(10);

    /// <summary>Of how many files one is read, if reading takes long.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Whether messages are for a person, and so on one line; false for those of the JSON reader.</summary>
    public bool IsOneLine { get; init; } = true;

    int Count => Wanted / Every;

    static int Wanted => Environment.GetEnvironmentVariable("CONCEPTEXPRESS_MUTATIONS") is { Length: > 0 } count
        ? int.Parse(count, CultureInfo.InvariantCulture)
        : Usual;

    /// <summary>Reads thousands of changed files.</summary>
    /// <param name="make">Makes a changed file: its number and the random numbers for it.</param>
    /// <param name="read">Reads the file.</param>
    /// <param name="name">What a message must begin with; null if anything.</param>
    public void Run(Func<int, Random, byte[]> make, Action<byte[], int> read, Func<int, string>? name = null)
    {
        var (random, clock, slowest) = (new Random(seed), Stopwatch.StartNew(), TimeSpan.Zero);
        var (accepted, refused) = (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < Count; i++)
        {
            var file = make(i, random);
            var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), clock.Elapsed);
            var failure = FailureOf(() => read(file, i));
            var (allocated, took) = (GC.GetAllocatedBytesForCurrentThread() - before, clock.Elapsed - began);
            slowest = took > slowest ? took : slowest;
            var which = $"{format}, mutation {i} of seed {seed}: {Convert.ToHexString(file.AsSpan(0, Math.Min(file.Length, 4000)))}";
            var kind = documented.FirstOrDefault(type => type.IsInstanceOfType(failure));
            Assert.True(failure is null || kind is not null, $"{failure}\n{which}");
            Assert.True(failure is null || !IsOneLine || !failure.Message.Any(char.IsControl), $"{failure?.Message}\n{which}");
            Assert.True(failure is null || failure.Message.Length <= 3000, $"{failure?.Message}\n{which}");
            Assert.True(failure is null || name is null || failure.Message.Contains(name(i), StringComparison.Ordinal),
                $"{failure?.Message}\n{which}");
            Assert.True(allocated <= maxAllocated, $"{allocated} bytes\n{which}");
            Assert.True(took <= longest, $"{took}\n{which}");
            if (failure is null) accepted++;
            else refused[kind!.Name] = refused.GetValueOrDefault(kind.Name) + 1;
        }
        Tell(accepted, refused, clock.Elapsed, slowest);
        Assert.True(accepted > Count / 100 && refused.Values.Sum() > Count / 50,
            $"{accepted} read, {refused.Values.Sum()} refused: the mutations are too weak or too strong");
    }

    static Exception? FailureOf(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    void Tell(int accepted, SortedDictionary<string, int> refused, TimeSpan time, TimeSpan slowest)
    {
        if (Environment.GetEnvironmentVariable("CONCEPTEXPRESS_MUTATION_TABLE") is not { Length: > 0 } table) return;
        var by = string.Join(", ", refused.Select(kind => $"{kind.Key} {kind.Value}"));
        File.AppendAllText(table, string.Create(CultureInfo.InvariantCulture,
            $"| {format} | {Count} | {accepted} | {by} | 0 | {time.TotalSeconds:0} s | {slowest.TotalMilliseconds:0} ms |\n"));
    }
}

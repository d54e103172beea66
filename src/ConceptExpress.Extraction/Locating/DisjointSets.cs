namespace ConceptExpress.Extraction.Locating;

/// <summary>A partition of 0..n-1 that grows coarser by joining (union-find, path halving, the smaller root wins).</summary>
sealed class DisjointSets
{
    readonly int[] parent;

    public DisjointSets(int count)
    {
        parent = new int[count];
        for (var i = 0; i < count; i++) parent[i] = i;
    }

    public void Join(int a, int b)
    {
        a = Root(a);
        b = Root(b);
        if (a == b) return;
        if (a > b) (a, b) = (b, a);
        parent[b] = a;
    }

    /// <summary>
    /// Labels 0, 1, ... in the order in which the sets first appear, and how many there are. What <paramref name="member"/> leaves out
    /// gets -1.
    /// </summary>
    public (int[] Labels, int Count) Label(Func<int, bool>? member = null)
    {
        var labels = new int[parent.Length];
        var count = 0;
        // The root is its set's smallest member, so its label stands before any other member asks for it.
        for (var i = 0; i < labels.Length; i++)
            labels[i] = member is not null && !member(i) ? -1 : Root(i) is var root && root == i ? count++ : labels[root];
        return (labels, count);
    }

    int Root(int i)
    {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    }
}

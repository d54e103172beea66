namespace ConceptExpress.Evaluation;

/// <summary>
/// The linear assignment problem: rows and columns of a cost matrix matched one to one, as many as the shorter side has, at the least
/// total cost (shortest augmenting paths with potentials; cubic time).
/// </summary>
public static class Assignment
{
    /// <summary>Matches at least cost.</summary>
    /// <param name="cost">(rows, columns), finite.</param>
    /// <returns>The matched pairs in order of rows.</returns>
    /// <exception cref="ArgumentException">A cost is not finite.</exception>
    public static IReadOnlyList<(int Row, int Column)> Minimize(double[,] cost)
    {
        foreach (var value in cost)
            if (!double.IsFinite(value)) throw new ArgumentException($"a cost of {value} cannot be weighed against others");
        var (rows, columns) = (cost.GetLength(0), cost.GetLength(1));
        var rowOfColumn = rows <= columns ? Match((r, c) => cost[r, c], rows, columns) : Match((r, c) => cost[c, r], columns, rows);
        var pairs = rowOfColumn.Index().Where(pair => pair.Item >= 0);
        return rows <= columns
            ? [.. pairs.Select(pair => (Row: pair.Item, Column: pair.Index)).OrderBy(pair => pair.Row)]
            : [.. pairs.Select(pair => (Row: pair.Index, Column: pair.Item))];
    }

    /// <summary>Matches at greatest value.</summary>
    /// <inheritdoc cref="Minimize"/>
    public static IReadOnlyList<(int Row, int Column)> Maximize(double[,] value)
    {
        var cost = new double[value.GetLength(0), value.GetLength(1)];
        for (var row = 0; row < cost.GetLength(0); row++)
            for (var column = 0; column < cost.GetLength(1); column++)
                cost[row, column] = -value[row, column];
        return Minimize(cost);
    }

    /// <summary>Adds row after row, each by the cheapest path of exchanges. Needs rows no more than columns.</summary>
    /// <returns>The row of each column, -1 for none.</returns>
    static int[] Match(Func<int, int, double> cost, int rows, int columns)
    {
        var (rowPotential, columnPotential) = (new double[rows], new double[columns]);
        var rowOfColumn = new int[columns];
        Array.Fill(rowOfColumn, -1);
        for (var row = 0; row < rows; row++)
        {
            var (distance, previous, done) = (new double[columns], new int[columns], new bool[columns]);
            Array.Fill(distance, double.PositiveInfinity);
            Array.Fill(previous, -1);

            // Dijkstra over columns, until one is free; costs less potentials are never negative.
            var (column, reached) = (-1, 0.0);
            do
            {
                var at = column < 0 ? row : rowOfColumn[column];
                var next = -1;
                for (var c = 0; c < columns; c++)
                {
                    if (done[c]) continue;
                    var through = reached + cost(at, c) - rowPotential[at] - columnPotential[c];
                    if (through < distance[c]) (distance[c], previous[c]) = (through, column);
                    if (next < 0 || distance[c] < distance[next]) next = c;
                }
                done[next] = true;
                (column, reached) = (next, distance[next]);
            }
            while (rowOfColumn[column] >= 0);

            rowPotential[row] += reached;
            for (var c = 0; c < columns; c++)
            {
                if (!done[c] || c == column) continue;
                rowPotential[rowOfColumn[c]] += reached - distance[c];
                columnPotential[c] -= reached - distance[c];
            }
            for (; column >= 0; column = previous[column])
                rowOfColumn[column] = previous[column] < 0 ? row : rowOfColumn[previous[column]];
        }
        return rowOfColumn;
    }
}

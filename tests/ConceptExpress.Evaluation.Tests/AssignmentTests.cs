using FsCheck.Xunit;

namespace ConceptExpress.Evaluation.Tests;

public sealed class AssignmentTests
{
    [Property]
    public void Assignment_CostsWhatBruteForceCosts(int seed)
    {
        var random = new Random(seed);
        var cost = Costs(random, random.Next(1, 7), random.Next(1, 7));
        Assert.Equal(Cheapest(cost), Total(cost, Assignment.Minimize(cost)), 1e-9);
    }

    [Property]
    public void Assignment_IsNeverWorseThanGreedy(int seed)
    {
        var random = new Random(seed);
        var value = Costs(random, random.Next(1, 25), random.Next(1, 25));
        Assert.True(Total(value, Assignment.Maximize(value)) >= Greedy(value) - 1e-9);
    }

    [Property]
    public void Assignment_IsOneToOne_AndAsLargeAsTheShorterSide(int seed)
    {
        var random = new Random(seed);
        var cost = Costs(random, random.Next(0, 20), random.Next(0, 20));
        var pairs = Assignment.Minimize(cost);
        Assert.Equal(Math.Min(cost.GetLength(0), cost.GetLength(1)), pairs.Count);
        Assert.Equal(pairs.Count, pairs.DistinctBy(pair => pair.Column).Count());
        Assert.Equal(pairs.Select(pair => pair.Row).Distinct().Order(), pairs.Select(pair => pair.Row));
    }

    [Fact]
    public void TiesAndNegativeCosts_AreNoObstacle()
    {
        var cost = new double[,] { { -1, -1, -5 }, { -1, -1, -1 } };
        Assert.Equal(-6, Total(cost, Assignment.Minimize(cost)));
        Assert.Equal(3, Assignment.Minimize(new double[3, 3]).Count);
    }

    [Fact]
    public void CostsThatAreNotFinite_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Assignment.Minimize(new[,] { { double.NaN } }));
        Assert.Throws<ArgumentException>(() => Assignment.Maximize(new[,] { { double.NegativeInfinity } }));
    }

    static double[,] Costs(Random random, int rows, int columns)
    {
        var cost = new double[rows, columns];
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                cost[row, column] = random.Next(4) == 0 ? random.Next(3) : random.NextDouble() * 10 - 3;
        return cost;
    }

    static double Total(double[,] cost, IEnumerable<(int Row, int Column)> pairs) => pairs.Sum(pair => cost[pair.Row, pair.Column]);

    static double Cheapest(double[,] cost)
    {
        var (rows, columns) = (cost.GetLength(0), cost.GetLength(1));
        return Math.Min(rows, columns) == 0 ? 0 : From(0, new bool[columns], Math.Max(rows - columns, 0));

        double From(int row, bool[] used, int spare)
        {
            if (row == rows) return 0;
            var best = spare > 0 ? From(row + 1, used, spare - 1) : double.PositiveInfinity;
            for (var column = 0; column < columns; column++)
            {
                if (used[column]) continue;
                used[column] = true;
                best = Math.Min(best, cost[row, column] + From(row + 1, used, spare));
                used[column] = false;
            }
            return best;
        }
    }

    static double Greedy(double[,] value)
    {
        var all = from row in Enumerable.Range(0, value.GetLength(0))
                  from column in Enumerable.Range(0, value.GetLength(1))
                  select (row, column);
        var (rows, columns, total) = (new HashSet<int>(), new HashSet<int>(), 0.0);
        foreach (var (row, column) in all.OrderByDescending(pair => value[pair.row, pair.column]))
        {
            if (rows.Contains(row) || columns.Contains(column)) continue;
            rows.Add(row);
            columns.Add(column);
            total += value[row, column];
        }
        return total;
    }
}

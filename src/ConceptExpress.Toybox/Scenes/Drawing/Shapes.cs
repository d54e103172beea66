using SkiaSharp;

namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Makes paths. Toys are drawn in a square from -1 to 1, x to the right and y down.</summary>
static class Shapes
{
    /// <summary>An ellipse around (x, y).</summary>
    public static SKPath Ellipse(float x, float y, float halfWidth, float halfHeight)
    {
        var path = new SKPath();
        path.AddOval(new SKRect(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight));
        return path;
    }

    /// <summary>A circle around (x, y).</summary>
    public static SKPath Circle(float x, float y, float radius) => Ellipse(x, y, radius, radius);

    /// <summary>A rectangle whose corners have the radius <paramref name="rounding"/>.</summary>
    public static SKPath Box(float left, float top, float right, float bottom, float rounding)
    {
        var path = new SKPath();
        path.AddRoundRect(new SKRect(left, top, right, bottom), rounding, rounding);
        return path;
    }

    /// <summary>A ring around (0, 0), from its inner to its outer radius.</summary>
    public static SKPath Ring(float outer, float inner)
    {
        var path = new SKPath { FillType = SKPathFillType.EvenOdd };
        path.AddCircle(0, 0, outer);
        path.AddCircle(0, 0, inner);
        return path;
    }

    /// <summary>A polygon with rounded corners. The rounding is limited to half a side.</summary>
    public static SKPath Polygon(float rounding, params ReadOnlySpan<(float X, float Y)> corners)
    {
        var path = new SKPath();
        for (var i = 0; i < corners.Length; i++)
        {
            var corner = Point(corners[i]);
            var before = Toward(corner, Point(corners[(i + corners.Length - 1) % corners.Length]), rounding);
            var after = Toward(corner, Point(corners[(i + 1) % corners.Length]), rounding);
            if (i == 0) path.MoveTo(before);
            else path.LineTo(before);
            path.QuadTo(corner, after);
        }
        path.Close();
        return path;
    }

    /// <summary>A smooth closed curve through points (Catmull-Rom).</summary>
    public static SKPath Smooth(params ReadOnlySpan<(float X, float Y)> points)
    {
        var path = new SKPath();
        var count = points.Length;
        path.MoveTo(Point(points[0]));
        for (var i = 0; i < count; i++)
            CurveTo(path, points[(i + count - 1) % count], points[i], points[(i + 1) % count], points[(i + 2) % count]);
        path.Close();
        return path;
    }

    /// <summary>A smooth open curve through points (Catmull-Rom).</summary>
    public static SKPath Curve(params ReadOnlySpan<(float X, float Y)> points)
    {
        var path = new SKPath();
        path.MoveTo(Point(points[0]));
        for (var i = 0; i + 1 < points.Length; i++)
            CurveTo(path, points[Math.Max(0, i - 1)], points[i], points[i + 1], points[Math.Min(points.Length - 1, i + 2)]);
        return path;
    }

    /// <summary>An open path of straight lines through points.</summary>
    public static SKPath Line(params ReadOnlySpan<(float X, float Y)> points)
    {
        var path = new SKPath();
        path.MoveTo(Point(points[0]));
        foreach (var point in points[1..]) path.LineTo(Point(point));
        return path;
    }

    /// <summary>A star around (0, 0) with its first point up.</summary>
    public static SKPath Star(int points, float outer, float inner, float rounding)
    {
        var corners = new (float, float)[2 * points];
        for (var i = 0; i < corners.Length; i++)
            corners[i] = OnCircle(0, 0, i % 2 == 0 ? outer : inner, (float)i / corners.Length);
        return Polygon(rounding, corners);
    }

    /// <summary>The point of a circle at <paramref name="turn"/> (0 to 1: one full turn), clockwise from the top.</summary>
    public static (float X, float Y) OnCircle(float x, float y, float radius, float turn)
    {
        var (sin, cos) = MathF.SinCos(turn * 2 * MathF.PI);
        return (x + radius * sin, y - radius * cos);
    }

    static void CurveTo(SKPath path, (float X, float Y) before, (float X, float Y) from, (float X, float Y) to, (float X, float Y) after) =>
        path.CubicTo(
            from.X + (to.X - before.X) / 6, from.Y + (to.Y - before.Y) / 6,
            to.X - (after.X - from.X) / 6, to.Y - (after.Y - from.Y) / 6, to.X, to.Y);

    static SKPoint Toward(SKPoint from, SKPoint to, float distance)
    {
        var length = SKPoint.Distance(from, to);
        var share = Math.Min(0.5f, distance / length);
        return new SKPoint(from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y));
    }

    static SKPoint Point((float X, float Y) point) => new(point.X, point.Y);
}

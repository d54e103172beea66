namespace ConceptExpress.Toybox.Scenes.Drawing;

/// <summary>Maps each category of <see cref="ToyWords.Categories"/> to the method that draws it.</summary>
static class ToyDrawings
{
    static readonly Dictionary<string, Action<ToyPainter>> Drawings = new()
    {
        ["ball"] = Playthings.Ball,
        ["block"] = Playthings.Block,
        ["drum"] = Playthings.Drum,
        ["kite"] = Playthings.Kite,
        ["robot"] = Playthings.Robot,
        ["star"] = SimpleForms.Star,
        ["heart"] = SimpleForms.Heart,
        ["ring"] = SimpleForms.Ring,
        ["car"] = Vehicles.Car,
        ["boat"] = Vehicles.Boat,
        ["rocket"] = Vehicles.Rocket,
        ["duck"] = Animals.Duck,
        ["fish"] = Animals.Fish,
        ["ladybug"] = Animals.Ladybug,
        ["mushroom"] = Plants.Mushroom,
        ["tree"] = Plants.Tree,
        ["flower"] = Plants.Flower,
        ["house"] = Household.House,
        ["cup"] = Household.Cup,
        ["umbrella"] = Household.Umbrella,
    };

    /// <summary>Draws a toy of the category with its painter.</summary>
    public static void Draw(string category, ToyPainter painter) => Drawings[category](painter);
}

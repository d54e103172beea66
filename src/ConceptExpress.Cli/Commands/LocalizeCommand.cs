using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Jobs;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>localize</c>: finds the concepts of a picture and learns nothing.</summary>
static class LocalizeCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("localize", "Find the concepts of a picture, without learning words for them.");
        var (common, picture, setting) = (new CommonOptions(), new PictureOptions(), new SettingOptions());
        var compare = new Option<bool>("--compare")
        {
            Description = "Also show what the other preset finds: compare.png has the picture and both results side by side.",
        };
        picture.AddTo(command);
        command.Options.Add(compare);
        setting.AddTo(command);
        common.AddTo(command);
        command.SetAction(parse =>
        {
            var request = new LocalizationRequest
            {
                Picture = picture.Image(parse),
                Exif = picture.Exif(parse),
                Masks = picture.Masks(parse),
                Compare = parse.GetValue(compare),
                Model = common.Model(parse),
                Compute = common.Compute(parse),
                Settings = setting.Apply(parse, picture.Preset(parse),
                    settings => picture.Settings(parse, settings) with { Seed = common.Seed(parse) ?? settings.Seed }),
                Output = common.Output(parse),
                Replace = common.Force(parse),
            };
            return session.Run(request, common.Json(parse), ExtractCommand.Print);
        });
        return command;
    }
}

using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using FsCheck;
using FsCheck.Xunit;

namespace ConceptExpress.Diffusion.Tests.Checkpoints;

public sealed class PythonJsonTests
{
    [Theory]
    [InlineData("""{"a":-Infinity,"b":[Infinity,NaN,1]}""", """{"a":null,"b":[null,null,1]}""")]
    [InlineData("""{"NaN":"-Infinity","a":"\"NaN","b":NaN}""", """{"NaN":"-Infinity","a":"\"NaN","b":null}""")]
    [InlineData("""{"a":"\\","b":NaN}""", """{"a":"\\","b":null}""")]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    public void WordsOutsideOfStrings_BecomeNull(string python, string standard) => Assert.Equal(standard, PythonJson.Standard(python));

    [Property]
    public void StandardJson_StaysAsItIs(NonNull<string>[] texts)
    {
        var json = JsonSerializer.Serialize(texts.Select(text => text.Get + " NaN"));
        Assert.Equal(json, PythonJson.Standard(json));
    }
}

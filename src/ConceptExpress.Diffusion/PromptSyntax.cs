using System.Text.Json.Serialization;

namespace ConceptExpress.Diffusion;

/// <summary>
/// How a prompt is read: which characters are syntax, what weights do, and what happens to prompts that are longer than one chunk. A prompt
/// of one chunk without syntax gives the same bytes in all of them. docs/prompts.md compares them.
/// </summary>
public enum PromptSyntax
{
    /// <summary>
    /// As A1111 (Stable Diffusion web UI) does: <c>(a)</c>, <c>(a:1.3)</c>, <c>[a]</c>, <c>BREAK</c>, and <c>\(</c> for a bracket. A long
    /// prompt becomes several chunks. <c>AND</c>, <c>[a:b:0.5]</c>, <c>[a|b]</c> and <c>&lt;lora:...&gt;</c> are refused.
    /// </summary>
    A1111,

    /// <summary>
    /// As ComfyUI does: <c>(a)</c>, <c>(a:1.3)</c>, and <c>\(</c> for a bracket. A long prompt becomes several chunks. <c>{a|b}</c> and
    /// <c>&lt;lora:...&gt;</c> are refused.
    /// </summary>
    [JsonStringEnumMemberName("comfyui")]
    ComfyUI,

    /// <summary>All of it is text. The end of a long prompt is cut off.</summary>
    Plain,
}

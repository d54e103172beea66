using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>What a call of a name on the white list makes.</summary>
enum GlobalRole
{
    /// <summary>A tensor from a storage, an offset, a shape and strides, or those and more arguments.</summary>
    Tensor, TensorV2,

    /// <summary>Its first argument, a tensor.</summary>
    Parameter,

    /// <summary>Nothing: it names the element type of a storage.</summary>
    Storage,

    /// <summary>Nothing: it is a value.</summary>
    Constant,

    /// <summary>A dictionary.</summary>
    OrderedDict, ParameterDict,

    /// <summary>Its argument, a list or tuple.</summary>
    Sequence,

    /// <summary>A value without content.</summary>
    Inert,
}

/// <summary>A name on the white list. It is only a name: it refers to no code.</summary>
/// <param name="Name">Module and name.</param>
/// <param name="Role">What a call of it makes.</param>
/// <param name="Type">Element type, of a storage.</param>
/// <param name="ElementBytes">Bytes per element, of a storage.</param>
sealed record PickleGlobal(string Name, GlobalRole Role, ScalarType Type = default, int ElementBytes = 0);

/// <summary>
/// The white list: the names that a file of tensors may refer to. It holds what torch's own writer uses, and the few classes that public
/// Stable Diffusion checkpoints and embedding files hold besides their tensors. Every other name is refused.
/// </summary>
static class PickleGlobals
{
    static readonly Dictionary<(string Module, string Name), PickleGlobal> Known = new[]
    {
        Entry("torch._utils", "_rebuild_tensor", GlobalRole.Tensor),
        Entry("torch._utils", "_rebuild_tensor_v2", GlobalRole.TensorV2),
        Entry("torch._utils", "_rebuild_parameter", GlobalRole.Parameter),
        Storage("DoubleStorage", ScalarType.Float64, 8), Storage("FloatStorage", ScalarType.Float32, 4),
        Storage("HalfStorage", ScalarType.Float16, 2), Storage("BFloat16Storage", ScalarType.BFloat16, 2),
        Storage("LongStorage", ScalarType.Int64, 8), Storage("IntStorage", ScalarType.Int32, 4),
        Storage("ShortStorage", ScalarType.Int16, 2), Storage("CharStorage", ScalarType.Int8, 1),
        Storage("ByteStorage", ScalarType.Byte, 1), Storage("BoolStorage", ScalarType.Bool, 1),
        Entry("collections", "OrderedDict", GlobalRole.OrderedDict),
        Entry("torch.nn.modules.container", "ParameterDict", GlobalRole.ParameterDict), // embedding files of the first program
        Entry("torch", "Size", GlobalRole.Sequence),
        Entry("__builtin__", "set", GlobalRole.Sequence), // a set, as protocol 2 writes it
        Entry("builtins", "set", GlobalRole.Sequence), // and protocol 3
        Entry("torch", "device", GlobalRole.Inert),
        Entry("_codecs", "encode", GlobalRole.Inert), // bytes, as protocol 2 writes them
        Entry("numpy", "dtype", GlobalRole.Inert),
        Entry("numpy", "ndarray", GlobalRole.Inert),
        Entry("numpy.core.multiarray", "scalar", GlobalRole.Inert),
        Entry("numpy.core.multiarray", "_reconstruct", GlobalRole.Inert),
        Entry("numpy._core.multiarray", "scalar", GlobalRole.Inert), // numpy 2
        Entry("numpy._core.multiarray", "_reconstruct", GlobalRole.Inert),
        Entry("argparse", "Namespace", GlobalRole.Inert), // settings of a training
        Entry("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint", GlobalRole.Inert),
        Entry("pytorch_lightning.utilities.parsing", "AttributeDict", GlobalRole.Inert),
        Constant("float16"), Constant("bfloat16"), Constant("float32"), Constant("float64"), Constant("int8"), Constant("int16"),
        Constant("int32"), Constant("int64"), Constant("uint8"), Constant("bool"),
    }.ToDictionary(entry => entry.Key, entry => entry.Global);

    /// <summary>Finds a name. Returns null if it is not on the white list.</summary>
    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault((module, name));

    static ((string, string) Key, PickleGlobal Global) Entry(string module, string name, GlobalRole role) =>
        ((module, name), new PickleGlobal($"{module}.{name}", role));

    static ((string, string) Key, PickleGlobal Global) Constant(string name) => Entry("torch", name, GlobalRole.Constant);

    static ((string, string) Key, PickleGlobal Global) Storage(string name, ScalarType type, int bytes) =>
        (("torch", name), new PickleGlobal($"torch.{name}", GlobalRole.Storage, type, bytes));
}

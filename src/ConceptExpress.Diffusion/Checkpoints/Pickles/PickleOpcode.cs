namespace ConceptExpress.Diffusion.Checkpoints.Pickles;

/// <summary>
/// All opcodes of Python's pickle format, protocols 0 to 5 (documentation of Python's module pickletools), with the names from there.
/// Those below the line are never interpreted; their names are for messages.
/// </summary>
enum PickleOpcode : byte
{
    MARK = (byte)'(', STOP = (byte)'.', POP = (byte)'0', POP_MARK = (byte)'1', DUP = (byte)'2',
    INT = (byte)'I', BININT = (byte)'J', BININT1 = (byte)'K', BININT2 = (byte)'M', NONE = (byte)'N', BINFLOAT = (byte)'G',
    NEWTRUE = 0x88, NEWFALSE = 0x89, LONG1 = 0x8a, LONG4 = 0x8b,
    UNICODE = (byte)'V', BINUNICODE = (byte)'X', SHORT_BINUNICODE = 0x8c, BINUNICODE8 = 0x8d,
    BINSTRING = (byte)'T', SHORT_BINSTRING = (byte)'U', BINBYTES = (byte)'B', SHORT_BINBYTES = (byte)'C', BINBYTES8 = 0x8e,
    EMPTY_DICT = (byte)'}', EMPTY_LIST = (byte)']', EMPTY_TUPLE = (byte)')', EMPTY_SET = 0x8f,
    DICT = (byte)'d', LIST = (byte)'l', TUPLE = (byte)'t', TUPLE1 = 0x85, TUPLE2 = 0x86, TUPLE3 = 0x87,
    APPEND = (byte)'a', APPENDS = (byte)'e', SETITEM = (byte)'s', SETITEMS = (byte)'u', ADDITEMS = 0x90,
    GET = (byte)'g', BINGET = (byte)'h', LONG_BINGET = (byte)'j', PUT = (byte)'p', BINPUT = (byte)'q', LONG_BINPUT = (byte)'r',
    MEMOIZE = 0x94,
    GLOBAL = (byte)'c', STACK_GLOBAL = 0x93, REDUCE = (byte)'R', NEWOBJ = 0x81, BUILD = (byte)'b', BINPERSID = (byte)'Q',
    PROTO = 0x80, FRAME = 0x95,

    // ---- never interpreted
    FLOAT = (byte)'F', LONG = (byte)'L', PERSID = (byte)'P', STRING = (byte)'S', INST = (byte)'i', OBJ = (byte)'o',
    EXT1 = 0x82, EXT2 = 0x83, EXT4 = 0x84, FROZENSET = 0x91, NEWOBJ_EX = 0x92,
    BYTEARRAY8 = 0x96, NEXT_BUFFER = 0x97, READONLY_BUFFER = 0x98,
}

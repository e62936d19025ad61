//! What is known about the globals of Python's standard library, NumPy and PyTorch.
//!
//! A name that is dangerous in one way or another need not be called by the pickle itself: a value
//! that holds it may be called by the reader. So its import counts.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Names of a module; without names, all of the module and of the modules in it.
struct Entry {
    modules: &'static [&'static str],
    names: &'static [&'static str],
    why: &'static str,
}

const ALL: &[&str] = &[];
const PROCESS: &str = "runs commands or starts processes";
const CODE: &str = "runs Python code that is given as an argument";
const IMPORT: &str = "imports modules, which runs their code";
const FILES: &str = "reads, writes or removes files";
const NETWORK: &str = "talks to the network";
const NATIVE: &str = "calls native code or touches raw memory";
const LOADS: &str = "loads a serialized object without this audit";
const INNARDS: &str = "gives access to the innards of the interpreter";
const THREADS: &str = "calls functions later, or in another thread or process";

#[rustfmt::skip]
const DANGEROUS: &[Entry] = &[
    Entry { modules: &["os", "posix", "nt"], names: ALL, why: "gives access to the operating system: processes, files, environment" },
    Entry { modules: &["subprocess", "_posixsubprocess", "_winapi", "commands", "popen2", "pty", "ptyprocess", "pexpect", "sh", "plumbum", "invoke", "fabric", "paramiko", "msvcrt", "winreg", "gevent.subprocess", "gevent.os", "eventlet.green.subprocess", "eventlet.green.os", "distutils.spawn", "_osx_support", "_aix_support", "_bootsubprocess", "pipes", "mailcap", "_pyrepl", "psutil", "sysconfig"], names: ALL, why: PROCESS },
    Entry { modules: &["platform"], names: &["popen", "os", "subprocess", "_syscmd_file", "_syscmd_ver"], why: PROCESS },
    Entry { modules: &["uuid"], names: &["_get_command_stdout", "os", "sys"], why: PROCESS },
    Entry { modules: &["builtins"], names: &["eval", "exec", "compile", "execfile", "breakpoint", "input", "raw_input", "apply", "help", "__build_class__"], why: CODE },
    Entry { modules: &["builtins"], names: &["__import__", "reload"], why: IMPORT },
    Entry { modules: &["builtins"], names: &["open", "file"], why: FILES },
    Entry { modules: &["builtins"], names: &["setattr", "delattr", "globals", "locals", "vars", "dir", "__dict__", "__loader__", "__spec__", "__builtins__", "exit", "quit", "memoryview", "super", "classmethod", "staticmethod", "property"], why: INNARDS },
    Entry { modules: &["runpy", "code", "codeop", "timeit", "trace", "pdb", "bdb", "cProfile", "profile", "doctest", "imp", "rlcompleter", "idlelib", "lib2to3", "IPython", "ipykernel", "cffi", "numba", "test.support", "unittest", "pydoc", "venv", "ensurepip", "pip", "setuptools", "pkg_resources", "distutils", "numpy.distutils", "numpy.f2py", "numpy.testing", "turtle", "tkinter", "zipapp", "symtable", "compileall", "py_compile", "turtledemo", "_interpreters", "_xxsubinterpreters", "hotshot", "new"], names: ALL, why: CODE },
    Entry { modules: &["importlib", "_frozen_importlib", "_frozen_importlib_external", "_imp", "pkgutil", "zipimport", "modulefinder", "site", "sitecustomize", "usercustomize", "ihooks", "imputil"], names: ALL, why: IMPORT },
    Entry { modules: &["warnings", "_py_warnings"], names: &["_getcategory", "_setoption", "_processoptions"], why: IMPORT },
    Entry { modules: &["xml.sax"], names: &["make_parser", "_create_parser"], why: IMPORT },
    Entry { modules: &["optparse"], names: &["Values.read_module", "Values.read_file"], why: IMPORT },
    Entry { modules: &["typing", "annotationlib"], names: &["get_type_hints", "get_annotations", "evaluate_forward_ref", "_eval_type", "ForwardRef._evaluate", "ForwardRef.evaluate"], why: CODE },
    Entry { modules: &["dataclasses"], names: &["_create_fn", "_FuncBuilder"], why: CODE },
    Entry { modules: &["webbrowser", "antigravity"], names: ALL, why: "opens a web browser" },
    Entry { modules: &["ctypes", "_ctypes", "mmap", "_testcapi", "_testinternalcapi", "numpy.ctypeslib", "dl", "fcntl", "termios", "resource"], names: ALL, why: NATIVE },
    Entry { modules: &["pickle", "_pickle"], names: &["load", "loads", "_load", "_loads", "Unpickler", "_Unpickler", "whichmodule"], why: LOADS },
    Entry { modules: &["marshal", "shelve", "dill", "cloudpickle", "jsonpickle", "yaml", "ruamel.yaml", "pandas.io.pickle", "torch.package", "torch.serialization", "keras.saving", "keras.src.saving", "hickle", "klepto", "srsly", "xmlrpc", "plac"], names: ALL, why: LOADS },
    Entry { modules: &["pandas"], names: &["read_pickle", "eval", "read_hdf"], why: LOADS },
    Entry { modules: &["pandas.core.computation", "sympy.parsing", "asteval", "numexpr", "simpleeval", "jinja2", "mako"], names: ALL, why: CODE },
    Entry { modules: &["sympy", "sympy.core.sympify"], names: &["sympify", "S", "parsing", "lambdify", "parse_expr"], why: CODE },
    Entry { modules: &["weakref", "_weakref"], names: &["finalize"], why: THREADS },
    Entry { modules: &["requests", "urllib3"], names: &["get", "post", "put", "patch", "delete", "head", "options", "request", "api"], why: NETWORK },
    Entry { modules: &["joblib", "joblib.numpy_pickle"], names: &["load", "load_temporary_memmap", "Parallel"], why: LOADS },
    Entry { modules: &["keras.models", "tensorflow.keras.models"], names: &["load_model", "model_from_json", "model_from_config", "model_from_yaml"], why: LOADS },
    Entry { modules: &["pandas.core.frame"], names: &["DataFrame.eval", "DataFrame.query"], why: CODE },
    Entry { modules: &["torch"], names: &["load", "save", "compile", "jit", "ops", "classes", "hub", "os", "sys", "package", "serialization"], why: LOADS },
    Entry { modules: &["torch.hub", "torch.jit", "torch.distributed", "torch.multiprocessing", "torch.utils.cpp_extension", "torch.utils.bottleneck", "torch.utils.collect_env", "torch.utils._config_module", "torch.utils.model_zoo", "torch.utils.benchmark", "torch._inductor", "torch._dynamo", "torch.fx", "torch._ops", "torch._classes", "torch.testing"], names: ALL, why: CODE },
    Entry { modules: &["torch.utils.data.datapipes.utils.decoder"], names: &["basichandlers"], why: LOADS },
    Entry { modules: &["numpy", "numpy.lib.npyio", "numpy.lib._npyio_impl", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.lib.format", "numpy.lib._format_impl", "numpy.core.records", "numpy._core.records", "numpy.core.memmap", "numpy._core.memmap"], names: &["load", "save", "savez", "savez_compressed", "savetxt", "loadtxt", "genfromtxt", "fromfile", "fromregex", "memmap", "open_memmap", "read_array", "NpzFile", "DataSource", "recfromtxt", "recfromcsv", "source", "f2py", "testing", "distutils", "os", "sys"], why: FILES },
    Entry { modules: &["types"], names: &["CodeType", "FunctionType", "LambdaType", "new_class", "prepare_class", "resolve_bases", "ModuleType", "coroutine", "DynamicClassAttribute"], why: CODE },
    Entry { modules: &["sys"], names: ALL, why: INNARDS },
    Entry { modules: &["_sitebuiltins", "gc", "inspect", "linecache", "tracemalloc", "faulthandler", "pyclbr"], names: ALL, why: INNARDS },
    Entry { modules: &["operator"], names: &["call", "setitem", "delitem", "__setitem__", "__delitem__", "__call__"], why: "calls or changes whatever it is given" },
    Entry { modules: &["string"], names: &["Formatter"], why: "gets attributes of whatever it is given" },
    Entry { modules: &["functools"], names: &["partial.func", "partial.args", "partial.keywords", "partial.__setstate__"], why: "changes or looks into what is called" },
    Entry { modules: &["functools"], names: &["reduce", "singledispatch", "singledispatchmethod", "cached_property", "partialmethod"], why: "calls whatever it is given" },
    Entry { modules: &["threading", "_thread", "multiprocessing", "_multiprocessing", "concurrent", "sched", "signal", "atexit", "asyncio", "gevent", "eventlet", "selectors", "select", "billiard"], names: ALL, why: THREADS },
    Entry { modules: &["contextlib"], names: &["ExitStack", "AsyncExitStack", "contextmanager", "_GeneratorContextManager", "redirect_stdout", "redirect_stderr", "chdir"], why: THREADS },
    Entry { modules: &["logging.config", "logging.handlers"], names: ALL, why: "imports, calls or opens what a configuration names" },
    Entry { modules: &["logging"], names: &["FileHandler", "basicConfig", "shutdown", "os", "sys", "io", "StreamHandler", "Handler"], why: FILES },
    Entry { modules: &["shutil", "tempfile", "fileinput", "zipfile", "tarfile", "sqlite3", "_sqlite3", "dbm", "glob", "bz2", "gzip", "lzma", "mailbox", "netrc", "filecmp", "wave", "anydbm", "aifc", "sunau", "uu", "binhex", "readline", "_posixshmem", "msilib"], names: ALL, why: FILES },
    Entry { modules: &["io"], names: &["open", "open_code", "FileIO", "OpenWrapper", "text_encoding"], why: FILES },
    Entry { modules: &["argparse"], names: &["FileType"], why: FILES },
    Entry { modules: &["tokenize"], names: &["open", "_builtin_open"], why: FILES },
    Entry { modules: &["codecs", "_codecs"], names: &["open", "EncodedFile", "register", "unregister", "lookup"], why: FILES },
    Entry { modules: &["pathlib"], names: &["os", "io", "shutil"], why: FILES },
    Entry { modules: &["socket", "_socket", "ssl", "_ssl", "socketserver", "http.client", "http.server", "urllib.request", "requests.api", "httpx", "aiohttp", "ftplib", "smtplib", "smtpd", "poplib", "imaplib", "nntplib", "telnetlib", "wsgiref", "asyncore", "asynchat", "websocket", "websockets", "boto3", "botocore", "huggingface_hub", "cgi", "cgitb"], names: ALL, why: NETWORK },
    Entry { modules: &["urllib"], names: &["urlopen", "urlretrieve", "request", "URLopener", "FancyURLopener"], why: NETWORK },
    Entry { modules: &["copyreg"], names: &["pickle", "add_extension", "remove_extension", "clear_extension_cache", "constructor", "dispatch_table", "_extension_registry", "_inverted_registry", "_extension_cache"], why: "changes how pickles are loaded" },
    Entry { modules: &["tensorflow"], names: &["load_library", "load_op_library", "py_function", "numpy_function", "io"], why: NATIVE },
    Entry { modules: &["tensorflow.python", "tensorflow.io"], names: ALL, why: FILES },
    Entry { modules: &["keras.layers", "keras.layers.core", "tensorflow.keras.layers", "keras.src.layers.core.lambda_layer"], names: &["Lambda"], why: CODE },
    Entry { modules: &["nltk", "nltk.data"], names: &["load", "data", "download"], why: LOADS },
];

/// Modules that no data refers to, when they are reached as attributes of another one.
const MODULES: &[&str] = &[
    "os",
    "sys",
    "subprocess",
    "builtins",
    "__builtins__",
    "importlib",
    "posix",
    "nt",
    "shutil",
    "socket",
    "ctypes",
    "pty",
    "runpy",
    "marshal",
    "pickle",
    // What `enum` calls the builtins.
    "bltns",
];

/// Attributes that lead from any object to the interpreter.
const ESCAPES: &[&str] = &[
    "__globals__",
    "__builtins__",
    "__self__",
    "__subclasses__",
    "__mro__",
    "__bases__",
    "__base__",
    "__code__",
    "__closure__",
    "__dict__",
    "__class__",
    "__loader__",
    "__spec__",
    "__import__",
    "__getattribute__",
    "__getattr__",
    "__setattr__",
    "__delattr__",
    "__func__",
    "__wrapped__",
    "__reduce__",
    "__reduce_ex__",
    "__defaults__",
    "__kwdefaults__",
    "__init_subclass__",
    "__call__",
    "__module__",
    "__annotations__",
    "mro",
    "f_globals",
    "f_locals",
    "f_builtins",
    "f_back",
    "f_code",
    "gi_frame",
    "gi_code",
    "cr_frame",
    "ag_frame",
    "tb_frame",
    "tb_next",
    "func_globals",
    "func_code",
    "im_func",
    "im_class",
    "im_self",
];

/// Methods of paths that touch the file system.
const PATH_METHODS: &[&str] = &[
    "write_text",
    "write_bytes",
    "read_text",
    "read_bytes",
    "open",
    "unlink",
    "rmdir",
    "touch",
    "mkdir",
    "rename",
    "replace",
    "symlink_to",
    "hardlink_to",
    "link_to",
    "chmod",
    "lchmod",
    "copy",
    "copy_into",
    "move",
    "move_into",
    "iterdir",
    "glob",
    "rglob",
    "walk",
];

/// Methods of arrays that write files.
const ARRAY_METHODS: &[&str] = &["tofile", "dump"];

/// Names that do no harm when they are imported, and none when they are called with whatever
/// arguments a pickle can give them: what these do with a callable, they do to one that was
/// imported, and so was judged by itself.
#[rustfmt::skip]
const HARMLESS: &[(&[&str], &[&str])] = &[
    (&["builtins"], &[
        "object", "list", "tuple", "dict", "set", "frozenset", "int", "float", "complex", "str", "bytes",
        "bytearray", "bool", "range", "slice", "enumerate", "zip", "reversed", "iter", "map", "filter",
        "NotImplemented", "Ellipsis", "NotImplementedType", "ellipsis", "NoneType", "len", "max", "min",
        "sum", "abs", "sorted", "round", "divmod", "repr", "ascii", "ord", "chr", "hash", "any", "all",
        "bin", "hex", "oct", "id", "callable", "isinstance", "issubclass", "buffer",
        "BaseException", "Exception", "BaseExceptionGroup", "ExceptionGroup", "StopIteration",
        "StopAsyncIteration", "KeyboardInterrupt", "GeneratorExit", "SystemExit",
    ]),
    (&["collections", "_collections"], &["OrderedDict", "defaultdict", "deque", "Counter", "ChainMap", "UserDict", "UserList", "UserString"]),
    (&["datetime", "_pydatetime"], &["date", "time", "datetime", "timedelta", "timezone", "tzinfo"]),
    (&["decimal", "_decimal", "_pydecimal"], &["Decimal", "Context", "DivisionByZero", "InvalidOperation", "Overflow", "Underflow", "Inexact", "Rounded", "Subnormal", "Clamped", "FloatOperation", "DecimalException", "ConversionSyntax", "DivisionImpossible", "DivisionUndefined", "InvalidContext"]),
    (&["fractions"], &["Fraction"]),
    (&["uuid"], &["UUID", "SafeUUID"]),
    (&["array"], &["array", "_array_reconstructor"]),
    (&["ipaddress"], &["IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network", "IPv4Interface", "IPv6Interface"]),
    (&["pathlib", "pathlib._local"], &["Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath", "UnsupportedOperation"]),
    (&["zoneinfo", "zoneinfo._zoneinfo", "_zoneinfo"], &["ZoneInfo", "ZoneInfo._unpickle"]),
    (&["re", "sre"], &["_compile", "compile", "Pattern", "RegexFlag"]),
    (&["time"], &["struct_time"]),
    (&["types"], &["SimpleNamespace", "GenericAlias", "NoneType", "EllipsisType", "NotImplementedType", "MappingProxyType", "UnionType"]),
    (&["os", "posix", "nt"], &["stat_result", "statvfs_result", "terminal_size", "times_result", "uname_result", "PathLike", "fspath", "sched_param", "waitid_result"]),
    (&["os.path", "posixpath", "ntpath"], &["join", "basename", "dirname", "split", "splitext", "normpath", "isabs", "normcase", "commonprefix", "commonpath", "splitdrive"]),
    (&["sys"], &["intern", "maxsize", "byteorder", "version", "version_info", "float_info", "hash_info", "int_info"]),
    (&["ast"], &["literal_eval"]),
    (&["random", "_random"], &["Random"]),
    (&["io", "_io"], &["BytesIO", "StringIO", "UnsupportedOperation"]),
    (&["urllib.parse"], &["SplitResult", "ParseResult", "DefragResult", "SplitResultBytes", "ParseResultBytes", "DefragResultBytes", "quote", "unquote", "urlencode", "urlsplit", "urlparse"]),
    (&["email.message"], &["Message", "EmailMessage"]),
    (&["email._policybase"], &["Compat32"]),
    (&["email.policy"], &["EmailPolicy"]),
    (&["http.cookies"], &["SimpleCookie", "Morsel", "BaseCookie"]),
    (&["http"], &["HTTPStatus", "HTTPMethod"]),
    (&["logging"], &["LogRecord"]),
    (&["collections.abc", "_collections_abc"], &["Mapping", "MutableMapping", "Sequence", "MutableSequence", "Set", "MutableSet", "Iterable", "Iterator", "Callable", "Hashable", "Sized", "Container", "Collection", "Generator"]),
    (&["typing"], &["Any", "Union", "Optional", "List", "Dict", "Set", "FrozenSet", "Tuple", "Type", "Callable", "Iterable", "Iterator", "Sequence", "Mapping", "Literal", "ClassVar", "Final", "NoReturn", "Never", "Text", "AnyStr", "Generic", "NamedTuple"]),
    (&["itertools"], &["count", "repeat", "chain", "chain.from_iterable", "cycle", "islice", "product", "permutations", "combinations", "combinations_with_replacement", "compress", "accumulate", "starmap", "takewhile", "dropwhile", "groupby", "zip_longest", "filterfalse", "tee", "_tee", "_grouper", "pairwise", "batched"]),
    (&["operator"], &["itemgetter", "getitem", "add", "sub", "mul", "truediv", "floordiv", "mod", "neg", "pos", "not_", "eq", "ne", "lt", "le", "gt", "ge", "and_", "or_", "xor", "index", "concat", "contains", "truth", "attrgetter", "methodcaller"]),
    (&["functools"], &["partial"]),
    (&["copyreg"], &["_reconstructor", "__newobj__", "__newobj_ex__"]),
    (&["_codecs", "codecs"], &["encode"]),
    (&["statistics"], &["NormalDist"]),
    (&["string"], &["Template"]),
    (&["struct", "_struct"], &["Struct"]),
    (&["enum"], &["Enum", "IntEnum", "Flag", "IntFlag", "StrEnum", "auto"]),
    (&["pickle", "_pickle"], &["PickleBuffer", "PickleError", "PicklingError", "UnpicklingError"]),
    (&["math"], &["sin", "cos", "tan", "sqrt", "exp", "log", "floor", "ceil", "pi", "e", "inf", "nan"]),
    (&["numpy"], &[
        "dtype", "ndarray", "matrix", "recarray", "record", "poly1d", "generic", "bool", "bool_", "bool8",
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "intc", "uintc", "intp", "uintp",
        "longlong", "ulonglong", "float16", "float32", "float64", "float128", "longdouble", "complex64",
        "complex128", "complex256", "clongdouble", "str_", "bytes_", "void", "object_", "datetime64",
        "timedelta64", "unicode_", "string_", "sum", "add", "sin", "cos", "exp", "multiply", "subtract",
        "maximum", "minimum", "mean", "array", "asarray", "chararray",
    ]),
    (&["numpy.core.multiarray", "numpy._core.multiarray"], &["_reconstruct", "scalar", "array", "ndarray", "dtype"]),
    (&["numpy.core.numeric", "numpy._core.numeric"], &["_frombuffer"]),
    (&["numpy.core._multiarray_umath", "numpy._core._multiarray_umath"], &["add", "sin", "cos", "exp", "multiply", "subtract", "_reconstruct", "scalar"]),
    (&["numpy.rec", "numpy.core.records", "numpy._core.records"], &["recarray", "record"]),
    (&["numpy.ma", "numpy.ma.core"], &["MaskedArray", "_mareconstruct", "MaskedConstant", "masked"]),
    (&["numpy.matrixlib.defmatrix"], &["matrix"]),
    (&["numpy.lib.polynomial", "numpy.lib._polynomial_impl"], &["poly1d"]),
    (&["numpy.core", "numpy._core"], &["_ufunc_reconstruct"]),
    (&["numpy.random._pickle"], &["__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"]),
    (&["numpy.random._pcg64"], &["PCG64", "PCG64DXSM"]),
    (&["numpy.random._mt19937"], &["MT19937"]),
    (&["numpy.random._philox"], &["Philox"]),
    (&["numpy.random._sfc64"], &["SFC64"]),
    (&["numpy.random.bit_generator"], &["SeedSequence", "__pyx_unpickle_SeedSequence"]),
    (&["torch"], &[
        "Size", "device", "Tensor", "float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64",
        "uint8", "bool", "complex64", "complex128", "half", "float", "double", "long", "int", "short", "qint8",
        "quint8", "qint32", "float8_e4m3fn", "float8_e5m2", "FloatStorage", "DoubleStorage", "HalfStorage",
        "LongStorage", "IntStorage", "ShortStorage", "CharStorage", "ByteStorage", "BoolStorage",
        "BFloat16Storage", "ComplexFloatStorage", "ComplexDoubleStorage", "UntypedStorage", "strided",
        "sparse_coo", "per_tensor_affine", "per_channel_affine", "contiguous_format",
    ]),
    (&["torch._utils"], &["_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_qtensor", "_rebuild_sparse_tensor", "_rebuild_sparse_csr_tensor", "_rebuild_meta_tensor_no_storage", "_rebuild_device_tensor_from_numpy"]),
    (&["torch.storage"], &["UntypedStorage", "TypedStorage", "_UntypedStorage", "_TypedStorage"]),
    (&["torch.nn.parameter", "torch.nn"], &["Parameter", "Buffer"]),
    (&["torch._tensor"], &["_rebuild_from_type_v2"]),
    (&["torch.serialization"], &["_get_layout"]),
];

/// Callables that do what their arguments say. Whoever passes one of these on to another call does
/// so to hide what is reached.
const INDIRECT: &[(&str, &str)] = &[
    ("builtins", "getattr"),
    ("operator", "attrgetter"),
    ("operator", "methodcaller"),
    ("functools", "partial"),
    ("types", "MethodType"),
];

type Index<T> = HashMap<&'static str, Vec<T>>;

static DANGERS: LazyLock<Index<&'static Entry>> = LazyLock::new(|| {
    let mut index: Index<&'static Entry> = HashMap::new();
    for entry in DANGEROUS {
        for module in entry.modules {
            index.entry(module).or_default().push(entry);
        }
    }
    index
});

static SAFE: LazyLock<Index<&'static str>> = LazyLock::new(|| {
    let mut index: Index<&'static str> = HashMap::new();
    for (modules, names) in HARMLESS {
        for module in *modules {
            index.entry(module).or_default().extend(*names);
        }
    }
    index
});

/// The name under which the tables know a module: Python 2's names, and modules that stand for
/// others.
fn canonical(module: &str) -> &str {
    if let Some((_, moved)) = module.rsplit_once("six.moves.") {
        return canonical(moved);
    }
    for prefix in ["future.moves.", "eventlet.green.", "gevent.monkey."] {
        if let Some(moved) = module.strip_prefix(prefix) {
            return canonical(moved);
        }
    }
    match module {
        "__builtin__" | "exceptions" | "past.builtins" | "future.builtins" => "builtins",
        "copy_reg" => "copyreg",
        "cPickle" | "six.moves.cPickle" => "pickle",
        "_operator" => "operator",
        "_functools" => "functools",
        "_io" | "_pyio" | "StringIO" | "cStringIO" => "io",
        "_abcoll" => "collections.abc",
        "UserDict" | "UserList" | "UserString" => "collections",
        "Cookie" => "http.cookies",
        "urlparse" => "urllib.parse",
        "urllib2" => "urllib.request",
        "httplib" => "http.client",
        "SocketServer" => "socketserver",
        "xmlrpclib" | "SimpleXMLRPCServer" | "DocXMLRPCServer" => "xmlrpc",
        "BaseHTTPServer" | "SimpleHTTPServer" | "CGIHTTPServer" => "http.server",
        "thread" | "dummy_thread" | "_dummy_thread" => "_thread",
        "_winreg" => "winreg",
        "Tkinter" | "tkFileDialog" | "Dialog" | "_tkinter" => "tkinter",
        "Queue" => "queue",
        "ConfigParser" => "configparser",
        "dbhash" | "gdbm" | "dumbdbm" | "whichdb" => "dbm",
        "cookielib" => "http.cookiejar",
        _ => module,
    }
}

/// The name under which the tables know an attribute of a module.
fn canonical_name<'a>(module: &str, name: &'a str) -> &'a str {
    match (module, name) {
        ("builtins", "xrange") => "range",
        ("builtins", "unicode" | "basestring") => "str",
        ("builtins", "long") => "int",
        ("builtins", "unichr") => "chr",
        ("itertools", "izip" | "imap" | "ifilter") => "chain",
        ("itertools", "izip_longest") => "zip_longest",
        ("collections", "IterableUserDict") => "UserDict",
        _ => name,
    }
}

/// Why a name is dangerous, if it is known to be.
pub(super) fn danger(module: &str, attributes: &str) -> Option<&'static str> {
    if let Some(why) = listed(module, attributes) {
        return Some(why);
    }
    let segments: Vec<&str> = attributes.split('.').collect();
    if segments.iter().any(|segment| ESCAPES.contains(segment)) {
        return Some("walks from an object to the interpreter behind it");
    }
    let is_path = canonical(module).starts_with("pathlib") || attributes.contains("Path.");
    if is_path && segments.len() > 1 && segments.iter().any(|name| PATH_METHODS.contains(name)) {
        return Some(FILES);
    }
    let is_array = canonical(module).starts_with("numpy");
    if is_array && segments.len() > 1 && segments.iter().any(|name| ARRAY_METHODS.contains(name)) {
        return Some(FILES);
    }
    // A module that another one imports is an attribute of that one, perhaps as `_os`.
    let reached = |(place, segment): (usize, &&str)| {
        let rest = attributes.splitn(place + 2, '.').nth(place + 1);
        let bare = segment.trim_start_matches('_');
        let is_module = MODULES.contains(segment) || MODULES.contains(&bare);
        rest.and_then(|rest| listed(segment, rest).or_else(|| listed(bare, rest)))
            .or(is_module.then_some("reaches a dangerous module through another one"))
    };
    let deep = segments.iter().take(16).enumerate().find_map(reached);
    deep.or_else(|| (segments.len() > 16).then_some("a chain of more than 16 attributes"))
}

fn listed(module: &str, attributes: &str) -> Option<&'static str> {
    let module = canonical(module);
    if is_harmless(module, attributes) {
        return None;
    }
    let first = attributes.split('.').next().unwrap_or_default();
    let named = |name: &&str| *name == attributes || *name == first;
    if let Some(entries) = DANGERS.get(module) {
        let found = entries.iter().find(|entry| {
            entry.names.is_empty() || attributes.is_empty() || entry.names.iter().any(named)
        });
        if let Some(entry) = found {
            return Some(entry.why);
        }
    }
    // All of a module means also what is in it.
    let mut parent = module;
    while let Some((above, _)) = parent.rsplit_once('.') {
        parent = above;
        let whole = DANGERS.get(canonical(parent)).into_iter().flatten();
        if let Some(entry) = whole.into_iter().find(|entry| entry.names.is_empty()) {
            return Some(entry.why);
        }
    }
    None
}

/// Whether a name does no harm, imported or called.
pub(super) fn is_harmless(module: &str, attributes: &str) -> bool {
    let module = canonical(module);
    let name = canonical_name(module, attributes);
    if SAFE.get(module).is_some_and(|names| names.contains(&name)) || is_indirect(module, name) {
        return true;
    }
    match module {
        "builtins" if name == "type" => true,
        // The exceptions of Python 2 and 3 all have such names.
        "builtins" if ["Error", "Warning", "Exception"].iter().any(|end| name.ends_with(end)) => {
            !name.contains('.')
        }
        // Methods of the simple types.
        "builtins" => name.split_once('.').is_some_and(|(class, method)| {
            let simple = ["str", "bytes", "bytearray", "list", "tuple", "dict", "set", "frozenset"];
            let is_simple = simple.contains(&class) || ["int", "float", "complex"].contains(&class);
            is_simple && !method.starts_with('_') && !method.contains('.')
        }),
        _ if name.ends_with(".__new__") => is_harmless(module, name.trim_end_matches(".__new__")),
        _ => false,
    }
}

/// Whether a callable does what its arguments say.
pub(super) fn is_indirect(module: &str, name: &str) -> bool {
    INDIRECT.contains(&(canonical(module), name))
}

/// A name as the folding of calls compares it.
pub(super) fn canonical_pair<'a>(module: &'a str, name: &'a str) -> (&'a str, &'a str) {
    let module = canonical(module);
    (module, canonical_name(module, name))
}

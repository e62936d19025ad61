"""What pickles make CPython's unpicklers import and call, with stand-ins for everything: nothing
that a pickle names is imported or run."""
import copyreg
import io
import json
import pickle
import sys


def load(unpickler, data, extensions):
    imports, calls = [], [0]

    class Meta(type):
        def __call__(cls, *args, **kwargs):
            calls[0] += 1
            return object.__new__(Stub)

    class Stub(metaclass=Meta):
        def __new__(cls, *args, **kwargs):
            calls[0] += 1
            return object.__new__(Stub)

        def __call__(self, *args, **kwargs):
            calls[0] += 1
            return object.__new__(Stub)

        def __setstate__(self, state):
            pass

        def __setitem__(self, key, value):
            pass

        def extend(self, items):
            pass

        append = add = update = extend

    class Recorder(unpickler):
        def find_class(self, module, name):
            imports.append(module + ":" + name)
            return Meta(str("Stub"), (Stub,), {})

        def persistent_load(self, pid):
            return object.__new__(Stub)

    copyreg.clear_extension_cache()
    copyreg._inverted_registry.clear()
    for module, name, code in extensions:
        copyreg._inverted_registry[code] = (module, name)
    options = {"encoding": "latin1"}
    if sys.version_info >= (3, 8):
        options["buffers"] = iter([b""] * 100)
    try:
        Recorder(io.BytesIO(data), **options).load()
        whole = True
    except Exception:
        whole = False
    return {"imports": imports, "calls": calls[0], "whole": whole}


cases = json.load(sys.stdin)
out = []
for case in cases:
    data = bytes.fromhex(case["pickle"])
    out.append([load(it, data, case["extensions"]) for it in (pickle.Unpickler, pickle._Unpickler)])
json.dump(out, sys.stdout)

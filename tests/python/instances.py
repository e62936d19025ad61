"""Checks pickles of instances against Python expressions, on any CPython.

Reads and writes the same JSON as agree.py; the setup may define loads and dumps.  The classes need no __eq__: values
are compared by what they are made of and by what in them is the same object.
"""
import binascii
import collections
import io
import pickle
import pickletools
import sys

from serve import serve

if sys.version_info[0] == 2:
    import cPickle
    from StringIO import StringIO
    picklers = [pickle, cPickle]
    sink = type("Sink", (), {"write": lambda self, text: None})()
    text, integer = (str, unicode), (int, long)
else:
    from io import StringIO
    picklers = [pickle]
    sink = io.StringIO()
    text, integer = str, int


def ordered(value):
    return isinstance(value, collections.OrderedDict) or sys.version_info >= (3, 7)


def attributes(value):
    """What is in the slots and in the dict of an object."""
    found = {}
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(value, name) and not name.startswith("__"):
                found[name] = getattr(value, name)
    for name, attribute in getattr(value, "__dict__", {}).items():
        # Python 2 keeps the order of an OrderedDict there.
        if not name.startswith("_OrderedDict__"):
            found[name] = attribute
    return found


def describe(value):
    """The value as nested tuples.  What is met again is a reference to the first
    time, so that sharing and cycles compare."""
    seen = {}

    def visit(value):
        if isinstance(value, bool) or value is None or isinstance(value, float):
            return repr(value)
        if hasattr(type(value), "__members__"):
            # What a member of a Flag that is several is called differs between Pythons.
            return "member", type(value).__module__, type(value).__name__, visit(value.value)
        if isinstance(value, integer):
            return "%d" % value
        if isinstance(value, text):
            return "str", value
        if isinstance(value, tuple):
            return ("tuple",) + tuple(visit(item) for item in value)
        if id(value) in seen:
            return "again", seen[id(value)]
        if isinstance(value, type):
            return "class", value.__module__, value.__name__
        seen[id(value)] = len(seen)
        if type(value) is list:
            return ("list",) + tuple(visit(item) for item in value)
        if type(value) is dict:
            return ("dict",) + tuple((visit(key), visit(value[key])) for key in sorted(value))
        if isinstance(value, StringIO):
            return "file", value.getvalue()
        kind = type(value)
        found = sorted(attributes(value).items())
        inner = tuple((str(name), visit(attribute)) for name, attribute in found)
        parts = [kind.__module__, kind.__name__, inner]
        if isinstance(value, list):
            parts.append(tuple(visit(item) for item in value))
        if isinstance(value, dict):
            # In their own order where there is one.
            keys = list(value) if hasattr(value, "popitem") and ordered(value) else sorted(value)
            parts.append(tuple((visit(key), visit(value[key])) for key in keys))
            parts.append(visit(getattr(value, "default_factory", None)))
        return tuple(parts)

    return visit(value)


def check(row):
    scope = {}
    exec(row.get("setup", ""), scope)
    expected = eval(row["expr"], scope)
    # A setup may bring a pickler and an unpickler of its own.
    loaders = [scope["loads"]] if "loads" in scope else [module.loads for module in picklers]
    dump = scope.get("dumps", pickle.dumps)
    errors, dumps = [], {}
    for protocol, digits in sorted(row["hex"].items()):
        if int(protocol) > pickle.HIGHEST_PROTOCOL:
            continue
        data = binascii.unhexlify(digits.encode("ascii"))
        try:
            for loads in loaders:
                value = loads(data)
                if describe(value) != describe(expected):
                    errors.append("protocol %s: %r, expected %r"
                                  % (protocol, describe(value), describe(expected)))
                # Python 2 prints our strings as u"...", and some print where they are.
                elif sys.version_info[0] > 2 and " at 0x" not in repr(value):
                    if repr(value) != repr(expected):
                        errors.append("protocol %s: %r, expected %r" % (protocol, value, expected))
            pickletools.dis(data, out=sink)
        except Exception as error:
            errors.append("protocol %s: %s: %s" % (protocol, type(error).__name__, error))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        try:
            data = dump(expected, protocol)
        except TypeError as error:
            # `copyreg._reduce_ex`: slots need protocol 2.
            if protocol < 2 and "__slots__" in str(error):
                continue
            raise
        dumps[protocol] = binascii.hexlify(data).decode("ascii")
    return {"errors": errors, "dumps": dumps}


if __name__ == "__main__":
    serve(check)

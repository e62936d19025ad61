"""Checks pickles of instances against Python expressions, on any CPython.

Reads and writes the same JSON as agree.py; the setup may define loads and dumps.  The classes need no __eq__: values
are compared by what they are made of and by what in them is the same object.
"""
import binascii
import io
import json
import pickle
import pickletools
import sys

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


def describe(value):
    """The value as nested tuples.  What is met again is a reference to the first
    time, so that sharing and cycles compare."""
    seen = {}

    def visit(value):
        if isinstance(value, bool) or value is None or isinstance(value, float):
            return repr(value)
        if isinstance(value, integer):
            return "%d" % value
        if isinstance(value, text):
            return "str", value
        if isinstance(value, tuple):
            return ("tuple",) + tuple(visit(item) for item in value)
        if id(value) in seen:
            return "again", seen[id(value)]
        seen[id(value)] = len(seen)
        if isinstance(value, list):
            return ("list",) + tuple(visit(item) for item in value)
        if isinstance(value, dict):
            return ("dict",) + tuple((visit(key), visit(value[key])) for key in sorted(value))
        if isinstance(value, StringIO):
            return "file", value.getvalue()
        kind = type(value)
        return kind.__module__, kind.__name__, visit(vars(value))

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
        data = dump(expected, protocol)
        dumps[protocol] = binascii.hexlify(data).decode("ascii")
    return {"errors": errors, "dumps": dumps}


if __name__ == "__main__":
    json.dump([check(row) for row in json.load(sys.stdin)], sys.stdout)

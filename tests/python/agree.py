"""Checks pickles against Python expressions, on any CPython.

Reads a JSON list of rows {"expr": ..., "setup": ..., "hex": {protocol: hex}} and
answers with one of {"errors": [...], "dumps": {protocol: hex}}: the errors of
loading each pickle and comparing it with the value of the expression, and what
this Python dumps for that value.
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
    picklers = [pickle, cPickle]
    sink = type("Sink", (), {"write": lambda self, text: None})()
else:
    picklers = [pickle]
    sink = io.StringIO()


PLAIN = ("builtins", "__builtin__", "collections", "array")


def typename(value):
    name = type(value).__name__
    # Python 2 has two kinds of integers and strings; ours arrive as the general one.
    return {"long": "int", "unicode": "str", "xrange": "range"}.get(name, name)


def equal(left, right):
    if typename(left) != typename(right):
        return False
    if isinstance(right, float):
        return repr(left) == repr(right)
    if isinstance(right, BaseException):
        return equal(left.args, right.args) and equal(vars(left), vars(right))
    if isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(right, dict):
        return len(left) == len(right) and all(
            key in left and equal(left[key], right[key]) for key in right
        ) and (not isinstance(right, collections.OrderedDict) or left == right)
    if type(right).__module__ not in PLAIN and type(right).__repr__ is not object.__repr__:
        # Two datetimes of one instant are equal, and so are 1.50 and 1.5 as decimals.
        return left == right and repr(left) == repr(right)
    return left == right


def check(row):
    scope = {}
    exec(row.get("setup", ""), scope)
    expected = eval(row["expr"], scope)
    errors, dumps = [], {}
    # Before anything looks at an exception's dict, which makes one that is pickled.
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(expected, protocol)
        dumps[protocol] = binascii.hexlify(data).decode("ascii")
    for protocol, digits in sorted(row["hex"].items()):
        if int(protocol) > pickle.HIGHEST_PROTOCOL:
            continue
        data = binascii.unhexlify(digits.encode("ascii"))
        try:
            for module in picklers:
                value = module.loads(data)
                if not equal(value, expected):
                    errors.append("protocol %s: %r, expected %r" % (protocol, value, expected))
            pickletools.dis(data, out=sink)
        except Exception as error:
            errors.append("protocol %s: %s: %s" % (protocol, type(error).__name__, error))
    return {"errors": errors, "dumps": dumps}


serve(check)

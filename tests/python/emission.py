"""Values pickled by both picklers of this CPython, at every protocol: for the profiles."""

import collections
import datetime
import decimal
import enum
import fractions
import json
import pickle
import sys
import uuid


class Plain:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    class Nested:
        class Deeper:
            pass

    @classmethod
    def make(cls):
        return cls()


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = 1, [2]

    def __getstate__(self):
        return None, {"a": self.a, "b": self.b}

    def __setstate__(self, state):
        for name, value in state[1].items():
            setattr(self, name, value)


class Keywords:
    def __new__(cls, *args, **kwargs):
        return object.__new__(cls)

    def __getnewargs_ex__(self):
        return (1, "a"), {"k": 2, "l": [3]}


class Items(list):
    pass


class Entries(dict):
    pass


class Members(set):
    pass


class Text(str):
    pass


class Colour(enum.Enum):
    RED = 1


class Flags(enum.IntFlag):
    A = 1
    B = 2


class Reduced:
    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts


def make():
    return Plain()


def setter(target, state):
    target.__dict__.update(state)


Point = collections.namedtuple("Point", "x y")


def values():
    numbers = [0, 1, 255, 256, 65535, 65536, -1, 2**31 - 1, 2**31, -(2**31) - 1, 2**63, 2**64]
    yield "numbers", numbers + [-n for n in numbers] + [1 << 2040, -(1 << 3000)]
    yield "atoms", [None, True, False, 1.5, -0.0, float("inf"), float("nan"), 1e16, 1e-5]
    yield "text", ["", "a", "\xe9", "\u20ac", "\U0001f600", "\ud800", "\\u0041\n\r\0\x1a", "x" * 300]
    yield "bytes", [b"", b"a", b"\xff\n", bytes(range(256)) * 2, bytearray(b"ab"), bytearray()]
    yield "large text", ["y" * 65535, "z" * 65536, b"w" * 65536, bytearray(b"v" * 70000), 1]
    for count in (0, 1, 2, 3, 4, 999, 1000, 1001, 2000, 2001):
        yield "list %d" % count, [None] * count
        yield "tuple %d" % count, (None,) * count
        yield "dict %d" % count, dict.fromkeys(range(count))
        yield "set %d" % count, set(range(count))
        yield "frozenset %d" % count, frozenset(range(count))
        yield "list subclass %d" % count, Items([None] * count)
        yield "dict subclass %d" % count, Entries(dict.fromkeys(range(count)))
        yield "deque %d" % count, collections.deque(range(count))
    yield "many frames", ["%06d" % n for n in range(20000)]
    shared = ["a"]
    yield "shared", [shared, shared, (shared, shared), {"a": shared}]
    loop = []
    loop.append(loop)
    yield "list in itself", loop
    for count in (1, 2, 3, 4):
        loop = []
        loop.append((loop,) * 1 + (1,) * (count - 1))
        yield "tuple through a list, %d" % count, loop[0]
    mapping = {}
    mapping["self"] = mapping
    yield "dict in itself", mapping
    plain = Plain(a=1)
    plain.me = plain
    yield "object in its state", plain
    holder = Plain()
    holder.members = {holder, 1}
    yield "object in a set of its state", holder
    if sys.version_info >= (3, 4):
        frozen = Plain()
        frozen.f = frozenset([frozen])
        yield "object in a frozenset of its state", frozen
    yield "instances", [Plain(), Plain(a=1, b="a"), Plain(a=[Plain()])]
    yield "slots", [Slots(), Slots()]
    yield "keywords", [Keywords(), Keywords()]
    yield "subclasses", [Items("ab"), Entries(a=1), Text("t"), Members([1])]
    yield "classes", [Plain, Items, int, range, OSError, KeyError, collections.OrderedDict, make]
    yield "nested classes", [Plain.Nested, Plain.Nested.Deeper, Plain, Plain.Nested.Deeper()]
    yield "enum", [Colour.RED, Colour.RED, Flags.A | Flags.B]
    yield "named tuple", [Point(1, 2), Point("a", None)]
    yield "types", [type(None), type(...), type(NotImplemented), ..., NotImplemented]
    yield "standard library", [
        datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone.utc),
        datetime.date(2020, 1, 2), datetime.timedelta(1, 2, 3), decimal.Decimal("1.50"),
        fractions.Fraction(1, 3), uuid.UUID(int=5), complex(1, -0.0), range(3), slice(1, None),
        collections.OrderedDict([("a", 1), ("b", 2)]), collections.Counter("aab"),
        collections.defaultdict(list, a=[1]), ValueError("a", 1), bytearray(b"x"),
    ]
    yield "reductions", [
        Reduced(make, ()), Reduced(make, (), {"a": 1}), Reduced(Items, (), {}, iter([1, 2])),
        Reduced(Entries, (), None, None, iter([("a", 1)])), Reduced(make, (), []),
    ]
    if sys.version_info >= (3, 8):
        yield "state setter", [Reduced(make, (), {"a": 1}, None, None, setter), 1]


def main():
    highest = json.load(sys.stdin)["highest"]
    answers = []
    for name, value in values():
        for protocol in range(highest + 1):
            try:
                c, pure = pickle.dumps(value, protocol), pickle._dumps(value, protocol)
            except (pickle.PicklingError, RecursionError):
                continue
            answers.append(
                {"name": name, "protocol": protocol, "c": c.hex(), "python": pure.hex()}
            )
    json.dump(answers, sys.stdout)


main()

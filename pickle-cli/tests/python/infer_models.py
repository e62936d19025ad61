"""Classes of every kind whose pickles `pickle infer` is tried on, and samples of them.

`write` pickles the samples into a folder, `check` compares what is pickled there with them.
"""
import array
import collections
import datetime
import decimal
import enum
import fractions
import ipaddress
import os
import pathlib
import pickle
import re
import uuid


def known(instance):
    """The attributes of an instance. Exceptions know no equality of their own."""
    attributes = dict(instance.__dict__)
    if "error" in attributes:
        attributes["error"] = repr(attributes["error"])
    return attributes


class Plain(object):
    """Has attributes that come and go."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def __eq__(self, other):
        # A set is equal to a frozenset.
        kinds = [type(getattr(plain, "frozen", None)) for plain in (self, other)]
        return type(self) is type(other) and known(self) == known(other) and kinds[0] is kinds[1]

    __hash__ = None


class Point(collections.namedtuple("Point", "x y")):
    __slots__ = ()


class Pixel(object):
    __slots__ = ("x", "colour")

    def __init__(self, x, colour):
        self.x, self.colour = x, colour

    def __eq__(self, other):
        return (self.x, self.colour) == (other.x, other.colour)

    __hash__ = None


class Vector(object):
    """Is made by a call, and has a state besides."""

    def __init__(self, x, y):
        self.coords, self.label = (x, y), None

    def __eq__(self, other):
        return (self.coords, self.label) == (other.coords, other.label)

    __hash__ = None

    def __reduce__(self):
        return Vector, self.coords, {"label": self.label}


class Window(object):
    """Its state is a tuple."""

    def __init__(self, title, size):
        self.title, self.size = title, size

    def __eq__(self, other):
        return (self.title, self.size) == (other.title, other.size)

    __hash__ = None

    def __getstate__(self):
        return self.title, self.size, 1

    def __setstate__(self, state):
        self.title, self.size, _ = state


class Meter(object):
    """Its state is a number."""

    def __init__(self, count):
        self.count = count

    def __eq__(self, other):
        return self.count == other.count

    __hash__ = None

    def __getstate__(self):
        return self.count + 1

    def __setstate__(self, state):
        self.count = state - 1


class Stack(list):
    """Has items and an attribute."""


class Table(dict):
    """Has entries and an attribute."""


class Register(collections.OrderedDict):
    """Is called without arguments."""


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Mood(str, enum.Enum):
    HAPPY = "happy"
    VERY_SAD = "very-sad"


class Tag(str):
    """A subclass of a builtin."""


class Outer(object):
    class Inner(Plain):
        pass


class Circle(Plain):
    pass


class Square(Plain):
    pass


class Node(object):
    """Leads back to itself."""

    def __init__(self, name):
        self.name, self.next, self.near = name, None, []

    def names(self):
        return self.name, self.next and self.next.name, [node.name for node in self.near]

    def __eq__(self, other):
        return self.names() == other.names()

    __hash__ = None


class Dog(object):
    """May lead back to itself, or have no such attributes."""

    def __init__(self, name):
        self.name = name

    def names(self):
        return [(name, str(value)) for name, value in sorted(vars(self).items())]

    def __repr__(self):
        return "Dog " + self.name

    def __eq__(self, other):
        return self.names() == other.names()

    __hash__ = None


class Branch(object):
    """Has another of its kind in it."""

    def __init__(self, left=None, leaf=0):
        self.left, self.leaf = left, leaf

    def __eq__(self, other):
        return other is not None and (self.left, self.leaf) == (other.left, other.leaf)

    __hash__ = None


class TooHot(Exception):
    def __eq__(self, other):
        return type(self) is type(other) and self.args == other.args

    __hash__ = None


def ring():
    first, second = Node("first"), Node("second")
    first.next, second.next = second, first
    first.near.append(second)
    return first


def pack():
    leader, lone = Dog("leader"), Dog("lone")
    leader.boss, leader.others, leader.by_name = leader, [leader], {"leader": leader}
    return [leader, lone]


def stack(items, label):
    made = Stack(items)
    made.label = label
    return made


def table(entries, label):
    made = Table(entries)
    made.label = label
    return made


def vector():
    made = Vector(1.0, 2.0)
    made.label = "up"
    return made


def samples():
    """What is pickled into one file each, by its name: a list of pickles in a row."""
    shared = Plain(name="shared")
    utc = datetime.timezone.utc
    return {
        "attributes": [
            Plain(number=1, text="a", ratio=1, flag=True, data=b"\x00\xff", nothing=None, maybe=None, type=3,
                  userName="x", sometimes=1),
            Plain(number=2, text="b", ratio=0.5, flag=False, data=b"", nothing=None, maybe="yes", type=4, userName="y"),
        ],
        "numbers": [
            Plain(small=-1, large=2**63, huge=2**100, mixed=2**64),
            Plain(small=2**62, large=1, huge=-(2**100), mixed="text"),
        ],
        "containers": [
            Plain(numbers=[1, 2], empty=[], pairs=[("a", 1), ("b", None)], names={"a": 1.5}, nested={"a": {1: [True]}},
                  chosen={1, 2}, frozen=frozenset(["x"]), by_pair={(1, "a"): b"x"}, no_tuple=(), many=tuple(range(20)),
                  by_float={0.5: 1}, by_date={datetime.datetime(2020, 1, 2): 1}),
        ],
        "classes": [
            [Point(1, 2), Point(3, 4)],
            [Point(-1, 0)],
        ],
        "forms": [
            (vector(), Window("main", 3), Meter(7), Tag("t"), TooHot("oven", 300)),
        ],
        "slots": [[Pixel(1, "red"), Pixel(2, "blue")]],
        "collections": [
            (stack([1, 2], "s"), table({"a": 1.5}, "t"), Register([("z", 1), ("a", 2)]), collections.deque([1, 2], 5),
             collections.OrderedDict([("b", 1), ("a", 2)]), collections.Counter("abca"), array.array("d", [0.5])),
        ],
        "enums": [
            [Plain(colour=Colour.RED, mood=Mood.VERY_SAD), Plain(colour=Colour.GREEN, mood=Mood.HAPPY)],
            [Plain(colour=Colour.RED, mood=Mood.HAPPY)],
        ],
        "by_enum": [{Colour.RED: "stop", Colour.GREEN: "go"}],
        "by_point": [{Point(1, "a"): 1, Point(2, "b"): 2}],
        "nested": [Outer.Inner(inner=Outer.Inner(inner=None, name="x"), name="y"), Outer.Inner(inner=None, name="z")],
        "shapes": [[Circle(radius=1.0), Square(side=2), Circle(radius=2.5)]],
        "shared": [[shared, shared, Plain(name="alone")]],
        "cycle": [ring()],
        "pack": [pack()],
        "branches": [Branch(Branch(Branch()), 1)],
        "standard": [
            Plain(
                when=datetime.datetime(2020, 1, 2, 3, 4, 5, 6, utc), day=datetime.date(2020, 1, 2),
                time=datetime.time(1, 2, 3), span=datetime.timedelta(1, 2, 3), price=decimal.Decimal("1.50"),
                part=fractions.Fraction(1, 3), key=uuid.UUID(int=5), host=ipaddress.ip_address("10.0.0.1"),
                path=pathlib.PurePosixPath("/etc/hosts"), pattern=re.compile("a+", re.I), span_of=range(3),
                number=2j, raw=bytearray(b"ab"), error=ValueError("bad", 3), function=len,
            ),
        ],
        "records": [
            {
                "users": [
                    {"id": 1, "name": "ann", "address": {"city": "Oslo", "zip": 150}, "scores": {"a": 1.5}},
                    {"id": 2, "name": None, "address": {"city": "Bern", "zip": 3000}, "scores": {}, "note": "x"},
                    {"id": 3, "name": "cy", "address": None, "scores": {"b": 2.0, "c": 3.0}, "note": "y"},
                ],
                "page size": 3, "next": None, "owner": Plain(name="root", settings={"debug": True, "level": 2}),
                "point": {"x": 0.5, "y": 1.5}, "tree": {"leaf": 1, "inner": {"leaf": "two"}},
            },
        ],
        "rows": [[{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], [{"id": 3, "name": "c"}]],
        "unlike": [
            Plain(data=b"", raw=[b"a"], frozen={1}),
            Plain(data=[1, 2], raw=[[]], frozen=frozenset([1])),
        ],
        "mixed": [[1, "a", None], [Plain(x=1), 2.5]],
        "corners": [
            Plain(
                gen=1, empty={}, first={"a": 1, "b": "x"}, second={"b": 1, "a": "x"}, nothing={None: 1},
                ratios=collections.Counter({"a": 1.5}), mixed=collections.OrderedDict([(1, 2), ("a", 3)]),
                groups=collections.defaultdict(list, {(1, 2): [3]}), pattern=re.compile(b"a+"),
                arrays=[array.array("b", [1]), array.array("d", [0.5])], part=slice(1, None, 2),
            ),
        ],
    }


def write(folder, protocol):
    for name, values in samples().items():
        # Below protocol 2, a class with slots cannot be pickled.
        if name == "slots" and protocol < 2:
            continue
        with open(os.path.join(folder, name + ".pkl"), "wb") as file:
            for value in values:
                file.write(pickle.dumps(value, protocol))


def check(folder):
    for name, values in samples().items():
        with open(os.path.join(folder, name + ".pkl"), "rb") as file:
            for value in values:
                found = pickle.load(file)
                same = type(found) is type(value) and found == value
                assert same, "found %r (%r), expected %s" % (found, getattr(found, "__dict__", None), name)
            assert not file.read(), name

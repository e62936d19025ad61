"""Classes that are constructed and keep their state in every way that pickle knows, for
Python 2.7 and 3."""
import collections

try:
    import copyreg
except ImportError:
    import copy_reg as copyreg


Spot = collections.namedtuple("Spot", "name x y")


class Pixel(object):
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Tagged(Pixel):
    """Slots from the base, and a dict of its own."""

    def __init__(self, x, y, tag):
        Pixel.__init__(self, x, y)
        self.tag = tag


class One(object):
    __slots__ = ("only",)

    def __init__(self, only):
        self.only = only


class Listed(object):
    """Its state is a list of values, as that of a frozen dataclass with slots."""

    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __getstate__(self):
        return [self.a, self.b]

    def __setstate__(self, state):
        self.a, self.b = state


class Tupled(Listed):
    def __getstate__(self):
        return self.a, self.b


class Quad(object):
    """Two arguments and a tuple of two values."""

    def __new__(cls, a, b):
        self = object.__new__(cls)
        self.a = a
        self.b = b
        return self

    def __reduce__(self):
        # What __getnewargs__ makes of it, which protocols 0 and 1 do not ask.
        return copyreg.__newobj__, (Quad, self.a, self.b), (self.c, self.d, self.e, self.f)

    def __setstate__(self, state):
        self.c, self.d, self.e, self.f = state


def quad(a, b, c, d, e, f):
    value = Quad(a, b)
    value.c, value.d, value.e, value.f = c, d, e, f
    return value


def make(cls, attributes, items=(), *args):
    """An instance with these attributes and items."""
    value = cls(*args)
    if isinstance(value, dict):
        for key, item in items:
            value[key] = item
    elif items:
        value.extend(items)
    for name, attribute in attributes.items():
        setattr(value, name, attribute)
    return value


class Stack(list):
    pass


class Named(list):
    """A list with an argument."""

    def __init__(self, name):
        list.__init__(self)
        self.name = name

    def __reduce__(self):
        return Named, (self.name,), {"owner": self.owner}, iter(self)


class Table(dict):
    pass


class Ordered(collections.OrderedDict):
    pass


class Groups(collections.defaultdict):
    pass


class Both(list):
    """A list that also has items under keys, which is legal and rare."""

    def __init__(self):
        list.__init__(self)
        self.under = {}

    def __setitem__(self, key, value):
        self.under[key] = value

    def __reduce__(self):
        return Both, (), None, iter(list(self)), iter(sorted(self.under.items()))


class Colour(object):
    """Made by __new__ with arguments by keyword."""

    def __new__(cls, name, alpha=255, depth=8):
        self = object.__new__(cls)
        self.name = name
        self.alpha = alpha
        self.depth = depth
        return self

    def __getnewargs_ex__(self):
        return (self.name,), {"alpha": self.alpha, "depth": self.depth}

    def __getstate__(self):
        return {"note": self.note}


def colour(name, alpha, depth, note):
    value = Colour(name, alpha=alpha, depth=depth)
    value.note = note
    return value


class Cell(object):
    """Its state is given to a function."""

    def __init__(self, value=None):
        if value is not None:
            self.value = value

    def __reduce__(self):
        return Cell, (), {"value": self.value}, None, None, fill


def fill(cell, state):
    cell.value = state["value"]


class Pair(Pixel):
    """As Cell, with slots and a pair of values."""
    __slots__ = ()

    def __init__(self, *values):
        if values:
            Pixel.__init__(self, *values)

    def __reduce__(self):
        return Pair, (), (self.x, self.y), None, None, fill_pair


def fill_pair(pair, state):
    pair.x, pair.y = state


class Metres(float):
    pass


class Route(tuple):
    pass


Stop = collections.namedtuple("Stop", "number name")


class Count(int):
    """A number with an attribute."""


def counted(number, unit):
    value = Count(number)
    value.unit = unit
    return value


class Animal(object):
    def __init__(self, legs):
        self.legs = legs


class Pet(Animal):
    def __init__(self, legs, owner):
        Animal.__init__(self, legs)
        self.owner = owner


class Dog(Pet):
    def __init__(self, legs, owner, tricks):
        Pet.__init__(self, legs, owner)
        self.tricks = tricks


class Account(object):
    """The third generation: the first had `amount` in cents and no currency, the second
    `balance` as a pair."""

    def __init__(self, units, cents, currency):
        self.units = units
        self.cents = cents
        self.currency = currency


def generation(number, **state):
    """An account as an older program had it: only the attributes differ."""
    value = Account.__new__(Account)
    value.__dict__.update(state)
    if number > 1:
        value.version = number
    return value


class World(object):
    """Whatever attributes it is given, also by `make`."""

"""Enums of each kind, for the Pythons that have them."""
import enum


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    DARK_BLUE = -3


class Level(enum.IntEnum):
    LOW = 0
    HIGH = 70000


class Unit(str, enum.Enum):
    METRE = "m"
    FOOT = "ft"


class Switch(enum.Enum):
    ON = True
    OFF = "off"


class Planet(enum.Enum):
    MERCURY = (3.303e+23, 2439700)
    EARTH = (5.976e+24, ("blue", True))
    PLUTO = -0.5

    def __init__(self, *args):
        self.args = args


class Permission(enum.Flag):
    READ = 4
    WRITE = 2


class Outer:
    class Inner(enum.Enum):
        ONLY = 1


class Named(enum.Enum):
    """Pickled by name, as `enum.pickle_by_enum_name` of 3.12 does."""
    RED = (255, 0, 0)
    GREEN = (0, 255, 0)

    def __reduce_ex__(self, protocol):
        return getattr, (Named, self.name)


class Global(enum.Enum):
    """Pickled as a global of the module, as `enum.pickle_by_global_name` does."""
    NORTH = 1
    SOUTH = 2

    def __reduce_ex__(self, protocol):
        return self.name


NORTH, SOUTH = Global.NORTH, Global.SOUTH


class Shape:
    class Disc:
        def __init__(self, radius):
            self.radius = radius

        def __reduce__(self):
            return Shape.Disc, (self.radius,)

    class Blob(Disc):
        def __reduce__(self):
            return Shape.Blob, (self.radius,)

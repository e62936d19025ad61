"""Dataclasses of each kind, for the Pythons that have it."""
import dataclasses
import sys


@dataclasses.dataclass
class Plain:
    x: int
    y: int


@dataclasses.dataclass(frozen=True)
class Frozen:
    x: int
    y: int


@dataclasses.dataclass
class HandSlotted:
    __slots__ = ("x", "y")
    x: int
    y: int


if sys.version_info >= (3, 10):
    @dataclasses.dataclass(slots=True)
    class Slotted:
        x: int
        y: int

    @dataclasses.dataclass(frozen=True, slots=True)
    class FrozenSlotted:
        x: int
        y: int

    @dataclasses.dataclass(frozen=True, slots=True)
    class Derived(FrozenSlotted):
        z: int

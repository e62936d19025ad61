"""The Python side of the example `shelf`: fills a `shelve` on top of `dbm.dumb`, the one kind of dbm
that every Python has."""

import datetime
import decimal
import shelve
from dbm import dumb


class Animal:
    def __init__(self, name, legs):
        self.name = name
        self.legs = legs


class Unknown:
    def __init__(self):
        self.what = "a class that the Rust program does not know"


def fill(path):
    with shelve.Shelf(dumb.open(path, "n"), protocol=4) as shelf:
        shelf["cat"] = Animal("Tom", 4)
        shelf["naïve 'key'"] = Animal("Tweety", 2)
        shelf["price"] = decimal.Decimal("2.50")
        shelf["born"] = datetime.date(1940, 2, 10)
        shelf["numbers"] = list(range(10))
        shelf["shadow"] = Unknown()
        del shelf["numbers"]
    with open(path + ".dir", "rb") as index, open(path + ".dat", "rb") as data:
        return index.read(), data.read()

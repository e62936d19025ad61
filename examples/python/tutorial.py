"""The Python side of the examples: five classes and their reducers.

They follow a well-known tutorial on copyreg, and run on Python 2.7 and 3.  A
reducer returns what to call and with which arguments, so that is all a pickle
holds: the *name* of the class and the arguments.  Whoever loads it must be able
to import the class by that name.
"""
try:
    import copyreg
except ImportError:
    import copy_reg as copyreg


class Point(object):
    """Two numbers, both arguments of the constructor."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return "Point(%r, %r)" % (self.x, self.y)


class DataProcessor(object):
    """A name and a cache, which is not worth pickling."""

    def __init__(self, name):
        self.name = name
        self.cache = {}

    def process(self, item):
        return self.cache.setdefault(item, item.upper())

    def __getstate__(self):
        return {"name": self.name}

    def __setstate__(self, state):
        self.name = state["name"]
        self.cache = {}

    def __repr__(self):
        return "DataProcessor(%r, cached=%d)" % (str(self.name), len(self.cache))


class Vector(object):
    """Three coordinates, kept as one tuple."""

    def __init__(self, x, y, z):
        self.coords = (x, y, z)

    def __repr__(self):
        return "Vector%r" % (self.coords,)


class Config(object):
    """Settings by name.  Config(name, value) is how it was called long ago,
    Config(dict) is how it is called today; both have to load."""

    def __init__(self, *args):
        # The tutorial asks whether `value is not None`.  The number of arguments
        # is the better question: a setting may well be None.
        if len(args) == 2:
            args = (dict([args]),)
        (self.settings,) = args

    def __repr__(self):
        return "Config(%s)" % ", ".join(
            "%s=%r" % item for item in sorted(self.settings.items()))


class LogBuffer(object):
    """Lines for a file.  What is not written yet is kept, the open file is not."""

    def __init__(self, filename):
        self.filename = filename
        self.pending = []
        self._file = open(filename, "a")

    def write(self, line):
        self.pending.append(line)

    def flush(self):
        self._file.write("".join("%s\n" % line for line in self.pending))
        self._file.flush()
        self.pending = []

    def __getstate__(self):
        state = dict(self.__dict__)
        del state["_file"]
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._file = open(self.filename, "a")

    def __repr__(self):
        return "LogBuffer(%r, pending=%d)" % (str(self.filename), len(self.pending))


copyreg.pickle(Point, lambda p: (Point, (p.x, p.y)))
copyreg.pickle(DataProcessor, lambda p: (DataProcessor, (p.name,), p.__getstate__()))
copyreg.pickle(Vector, lambda v: (Vector, v.coords))
copyreg.pickle(Config, lambda c: (Config, (c.settings,)))
# LogBuffer needs no reducer: __getstate__ and __setstate__ are enough.

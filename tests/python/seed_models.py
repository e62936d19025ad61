"""Five small classes whose pickling goes through copyreg, for Python 2.7 and 3.

The corpus has pickles of instances of a module of this name; these classes are
constructed, reduced and printed as those are.
"""
try:
    import copyreg
    from io import StringIO
except ImportError:
    import copy_reg as copyreg
    from StringIO import StringIO


class Point(object):
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return "Point(%s, %s)" % (self.x, self.y)


class DataProcessor(object):
    def __init__(self, name):
        self.name = name
        self.cache = {}

    def __getstate__(self):
        return {"name": self.name}

    def __setstate__(self, state):
        self.name = state["name"]
        self.cache = {}

    def __repr__(self):
        return "DataProcessor(%s, cache_size=%d)" % (self.name, len(self.cache))


class Vector(object):
    def __init__(self, x, y, z):
        self.coords = (x, y, z)

    def __repr__(self):
        return "Vector" + repr(self.coords)


class Config(object):
    """Three argument lists that came one after the other."""

    def __init__(self, setting, value=None):
        if value is not None:
            self.settings = {setting: value}
        elif isinstance(setting, dict):
            self.settings = setting
        else:
            self.settings = {"value": setting}

    def __repr__(self):
        return "Config(%r)" % (self.settings,)


class LogBuffer(object):
    """A reducer keeps the name only.  Without it, the attributes are kept and the
    file is opened again."""

    def __init__(self, filename):
        self.filename = filename
        self.buffer = StringIO()
        self._file = None

    def __getstate__(self):
        return dict(self.__dict__, _file=None)

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._file = open(self.filename, "a")

    def __repr__(self):
        return "LogBuffer(%s, buffered=%d)" % (self.filename, len(self.buffer.getvalue()))


def reduce_config(config):
    if len(config.settings) == 1:
        return Config, tuple(config.settings.items())[0]
    return Config, (config.settings,)


copyreg.pickle(Point, lambda p: (Point, (p.x, p.y)))
copyreg.pickle(DataProcessor, lambda p: (DataProcessor, (p.name,), p.__getstate__()))
copyreg.pickle(Vector, lambda v: (Vector, v.coords))
copyreg.pickle(Config, reduce_config)
copyreg.pickle(LogBuffer, lambda b: (LogBuffer, (b.filename,)))

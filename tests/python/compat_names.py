"""Tells how pickle.py maps the names of globals for Python 2.

Answers a list of further [module, name] pairs with one {"module", "name", "written", "read"}
for each of them and for everything in the tables of _compat_pickle: what GLOBAL is written for
the name at protocol 2, and which global is found for it.

Nothing is imported: the pickler and the unpickler see a world in which every module has
every name.
"""
import io
import json
import pickle
import sys
import types
import _compat_pickle


class Thing:
    def __init__(self, module, name):
        self.__module__, self.__name__, self.__qualname__ = module, name, name


class World(dict):
    """sys.modules in which every module has every name."""

    def __missing__(self, module):
        self[module] = Module(module)
        return self[module]


class Module:
    def __init__(self, module):
        self.module = module

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        self.__dict__[name] = Thing(self.module, name)
        return self.__dict__[name]


world = World()
pickle.sys = types.SimpleNamespace(modules=world, audit=lambda *args: None, intern=sys.intern)
pickle.__import__ = lambda *args, **kwargs: None


def written(module, name):
    sink = io.BytesIO()
    pickle._Pickler(sink, 2).save_global(getattr(world[module], name), name)
    lines = sink.getvalue().split(b"\n")
    assert lines[0][:1] == pickle.GLOBAL, lines
    return [lines[0][1:].decode(), lines[1].decode()]


def read(module, name):
    unpickler = pickle._Unpickler(io.BytesIO())
    unpickler.proto = 2
    found = unpickler.find_class(module, name)
    return [found.__module__, found.__name__]


pairs = {tuple(pair) for pair in json.load(sys.stdin)}
for names in (_compat_pickle.NAME_MAPPING, _compat_pickle.REVERSE_NAME_MAPPING):
    pairs.update(names.keys())
    pairs.update(names.values())
for modules in (_compat_pickle.IMPORT_MAPPING, _compat_pickle.REVERSE_IMPORT_MAPPING):
    for module in list(modules.keys()) + list(modules.values()):
        pairs.add((module, "anything"))
        pairs.add((module, "range"))

answers = []
for module, name in sorted(pairs):
    answers.append(
        {"module": module, "name": name, "written": written(module, name), "read": read(module, name)}
    )
json.dump(answers, sys.stdout)

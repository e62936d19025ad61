"""What CPython's unpickler builds, with stand-ins for everything that a pickle names: nothing is
imported and nothing is called.

A request is a list of pickles in hex; the answer has for each of them a table of nodes, or the
error. The nodes are those of `neutral.rs`, each with its place as its id, and refer to one another.
"""
import base64
import io
import json
import os
import pickle
import signal
import struct

from serve import serve

# In seconds.
PATIENCE = 5


class Stub(object):
    def __init__(self, kind, **parts):
        self.kind, self.parts = kind, parts


class Named(object):
    """What is equal to all others of its name: a global, an extension, a string of Python 2."""

    def __init__(self, kind, *name):
        self.kind, self.name = kind, name

    def __eq__(self, other):
        return isinstance(other, Named) and (self.kind, self.name) == (other.kind, other.name)

    def __hash__(self):
        return hash((self.kind, self.name))


def expect(holds, message):
    if not holds:
        raise pickle.UnpicklingError(message)


def is_callable(value):
    if isinstance(value, Stub):
        return value.kind in ("object", "persid")
    return isinstance(value, Named) and value.kind in ("global", "ext")


def is_object(value):
    return isinstance(value, Stub) and value.kind == "object"


class Unpickler(pickle._Unpickler):
    dispatch = dict(pickle._Unpickler.dispatch)

    def __init__(self, data):
        self.file = io.BytesIO(data)
        super().__init__(self.file, fix_imports=False, encoding="bytes")
        self.length = len(data)
        self.buffer_count = 0

    def find_class(self, module, name):
        # No module and nothing in it has a name with surrogates.
        (module + name).encode("utf-8")
        return Named("global", module, name)

    def persistent_load(self, pid):
        return Stub("persid", v=pid)

    def _decode_string(self, value):
        return Named("str8", value)

    def get_extension(self, code):
        expect(code > 0, "EXT specifies code <= 0")
        self.append(Named("ext", code))

    def make(self, how, callable, args, kwargs=None):
        expect(is_callable(callable), "not callable")
        expect(isinstance(args, tuple), "arguments are no tuple")
        expect(kwargs is None or isinstance(kwargs, dict), "keywords are no dict")
        parts = {"new": how, "class": callable, "args": args}
        if kwargs is not None:
            parts["kwargs"] = kwargs
        self.append(Stub("object", state=[], listitems=[], additems=[], dictitems=[], **parts))

    def load_reduce(self):
        args = self.stack.pop()
        self.make("reduce", self.stack.pop(), args)

    def load_newobj(self):
        args = self.stack.pop()
        self.make("newobj", self.stack.pop(), args)

    def load_newobj_ex(self):
        kwargs = self.stack.pop()
        args = self.stack.pop()
        cls = self.stack.pop()
        expect(isinstance(kwargs, dict), "keywords are no dict")
        self.make("newobj_ex", cls, args, kwargs)

    def _instantiate(self, cls, args):
        self.make(self.how, cls, tuple(args))

    def load_inst(self):
        self.how = "inst"
        super().load_inst()

    def load_obj(self):
        self.how = "obj"
        super().load_obj()

    def load_build(self):
        state = self.stack.pop()
        expect(is_object(self.stack[-1]), "no object to give state")
        self.stack[-1].parts["state"].append(state)

    def extend(self, items):
        target = self.stack[-1]
        expect(type(target) is list or is_object(target), "no list")
        (target if type(target) is list else target.parts["listitems"]).extend(items)

    def load_append(self):
        self.extend([self.stack.pop()])

    def load_appends(self):
        self.extend(self.pop_mark())

    def set_items(self, items):
        expect(len(items) % 2 == 0, "a key without a value")
        target = self.stack[-1]
        expect(type(target) is dict or is_object(target), "no dict")
        pairs = list(zip(items[::2], items[1::2]))
        if type(target) is dict:
            target.update(pairs)
        else:
            target.parts["dictitems"].extend(pairs)

    def load_setitem(self):
        value = self.stack.pop()
        self.set_items([self.stack.pop(), value])

    def load_setitems(self):
        self.set_items(self.pop_mark())

    def load_dict(self):
        items = self.pop_mark()
        self.append({})
        self.set_items(items)

    def load_additems(self):
        items = self.pop_mark()
        target = self.stack[-1]
        expect(type(target) is set or is_object(target), "no set")
        if type(target) is set:
            target.update(items)
        else:
            target.parts["additems"].extend(items)

    def load_frame(self):
        (size,) = struct.unpack("<Q", self.read(8))
        # Before 3.15, a frame that the input cuts off is as long as that.
        expect(size <= self.length - self.file.tell(), "more than there is")
        self._unframer.load_frame(size)

    def load_bytearray8(self):
        # CPython allocates what the length claims before it reads.
        claimed = self.read(8)
        expect(struct.unpack("<Q", claimed)[0] <= self.length, "more than there is")
        data = self.read(struct.unpack("<Q", claimed)[0])
        self.append(bytearray(data))

    def load_next_buffer(self):
        self.append(Stub("buffer", index=self.buffer_count, readonly=False))
        self.buffer_count += 1

    def load_readonly_buffer(self):
        buffer = self.stack[-1]
        if isinstance(buffer, Stub) and buffer.kind == "buffer":
            self.stack[-1] = Stub("buffer", index=buffer.parts["index"], readonly=True)
        else:
            expect(type(buffer) in (bytes, bytearray), "no buffer")
            # CPython makes a view, of which our graph knows the bytes.
            self.stack[-1] = bytes(buffer)

    for opcode, name in list(dispatch.items()):
        own = locals().get(name.__name__)
        if own is not None:
            dispatch[opcode] = own


class Table(object):
    """The nodes of a value, the value itself first."""

    def __init__(self, root):
        self.nodes, self.places, self.values = [], {}, []
        self.place(root)
        done = 0
        while done < len(self.values):
            node = self.node(self.values[done])
            node["id"] = done
            self.nodes.append(node)
            done += 1

    def place(self, value):
        place = self.places.setdefault(id(value), len(self.values))
        if place == len(self.values):
            self.values.append(value)
        return {"ref": place}

    def all(self, values):
        return [self.place(value) for value in values]

    def pairs(self, entries):
        return [self.all(entry) for entry in entries]

    def node(self, value):
        kind = type(value)
        if value is None:
            return {"t": "none"}
        if kind is bool:
            return {"t": "bool", "v": value}
        if kind is int:
            return {"t": "int", "v": hex(value)}
        if kind is float:
            return {"t": "float", "bits": struct.pack(">d", value).hex()}
        if kind is str:
            return {"t": "str", "u8": base64_of(value.encode("utf-8", "surrogatepass"))}
        if kind in (bytes, bytearray):
            return {"t": kind.__name__, "b64": base64_of(bytes(value))}
        if kind in (list, tuple, set, frozenset):
            return {"t": kind.__name__, "items": self.all(value)}
        if kind is dict:
            return {"t": "dict", "items": self.pairs(value.items())}
        if kind is Named:
            return self.named(value)
        return self.stub(value)

    def named(self, value):
        if value.kind == "global":
            return {"t": "global", "module": value.name[0], "name": value.name[1]}
        if value.kind == "ext":
            return {"t": "ext", "code": value.name[0]}
        return {"t": "str8", "b64": base64_of(value.name[0])}

    def stub(self, value):
        node, parts = {"t": value.kind}, dict(value.parts)
        if value.kind == "buffer":
            node.update(parts)
            return node
        for key in ("v", "class", "args", "kwargs"):
            if key in parts:
                node[key] = self.place(parts[key])
        if value.kind == "object":
            node["new"] = parts["new"]
            for key in ("state", "listitems", "additems"):
                node[key] = self.all(parts[key])
            node["dictitems"] = self.pairs(parts["dictitems"])
        return node


def base64_of(data):
    return base64.b64encode(data).decode("ascii")


def load(digits):
    try:
        value = Unpickler(bytes.fromhex(digits)).load()
        return {"nodes": Table(value).nodes}
    except Exception as error:
        return {"error": "%s: %s" % (type(error).__name__, ascii(str(error)))}


def load_some(pickles):
    """What a process makes of the first of these, until one takes too long."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(sender, "w") as pipe:
            for pickled in pickles:
                signal.alarm(PATIENCE)
                pipe.write(json.dumps(load(pickled)) + "\n")
                pipe.flush()
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as pipe:
        lines = pipe.readlines()
    os.waitpid(child, 0)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def load_all(pickles):
    answers = []
    while len(answers) < len(pickles):
        answers += load_some(pickles[len(answers):])
        if len(answers) < len(pickles):
            answers.append({"error": "too slow"})
    return answers


serve(load_all)

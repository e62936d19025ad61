"""The Python side of the example `checkpoint`: `torch` where it is installed, and else a stand-in
that reads and writes its files with the standard library, for tensors of 32-bit floats."""

import array
import collections
import io
import pickle
import sys
import types
import zipfile

try:
    import torch
except ImportError:
    torch = None


def load(data):
    """Returns the tensors of a checkpoint that is a dict, by name, each as a list of floats."""
    if torch is not None:
        tensors = torch.load(io.BytesIO(data))
        return {name: tensor.flatten().tolist() for name, tensor in tensors.items()}
    archive = zipfile.ZipFile(io.BytesIO(data))

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
                return rebuild
            if module == "torch":
                return name
            return super().find_class(module, name)

        def persistent_load(self, id):
            kind, storage_type, key, location, count = id
            assert (kind, storage_type, location) == ("storage", "FloatStorage", "cpu")
            floats = array.array("f", archive.read("archive/data/" + key))
            assert len(floats) == count
            return floats

    def rebuild(storage, offset, size, stride, requires_grad, hooks):
        assert not requires_grad and not hooks
        floats = [offset]
        for count, step in zip(size, stride):
            floats = [start + index * step for start in floats for index in range(count)]
        return [storage[index] for index in floats]

    assert archive.read("archive/version") == b"3\n"
    return Unpickler(archive.open("archive/data.pkl")).load()


def save(tensors):
    """Returns a checkpoint of vectors, given as lists of floats by name."""
    if torch is not None:
        file = io.BytesIO()
        torch.save({name: torch.tensor(floats) for name, floats in tensors.items()}, file)
        return file.getvalue()

    class Storage:
        def __init__(self, key, floats):
            self.id = "storage", FloatStorage, key, "cpu", len(floats)

    class FloatStorage:
        __module__ = "torch"
        __qualname__ = "FloatStorage"

    def _rebuild_tensor_v2():
        pass

    class Tensor:
        def __init__(self, storage):
            count = storage.id[4]
            none = collections.OrderedDict()
            self.args = storage, 0, (count,), (1,), False, none

        def __reduce__(self):
            return _rebuild_tensor_v2, self.args

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return value.id if isinstance(value, Storage) else None

    # Pickle looks the names up before it writes them.
    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    for function in FloatStorage, _rebuild_tensor_v2:
        module = sys.modules.setdefault(
            function.__module__, types.ModuleType(function.__module__)
        )
        setattr(module, function.__qualname__, function)

    file, data = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        named = {}
        for key, (name, floats) in enumerate(tensors.items()):
            archive.writestr("archive/data/%d" % key, array.array("f", floats).tobytes())
            named[name] = Tensor(Storage(str(key), floats))
        Pickler(data, protocol=2).dump(named)
        archive.writestr("archive/data.pkl", data.getvalue())
        archive.writestr("archive/version", b"3\n")
    return file.getvalue()

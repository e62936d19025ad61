"""One unpickler for a stream of pickles, and the streams that one pickler makes."""
import binascii
import io
import json
import pickle
import sys

request = json.loads(sys.stdin.read())
protocol = request["protocol"]


def text(value):
    return repr(value).replace("u'", "'")


def read(unpickler_class):
    unpickler = unpickler_class(io.BytesIO(binascii.unhexlify(request["stream"])))
    return [unpickler.load() for _ in range(3)]


def write(pickler_class):
    file = io.BytesIO()
    pickler = pickler_class(file, protocol)
    item = {"a": [1, 2], "b": []}
    pickler.dump(item)
    pickler.dump([item, item, item])
    pickler.dump(item)
    pickler.clear_memo()
    pickler.dump(item)
    return binascii.hexlify(file.getvalue()).decode()


if sys.version_info[0] == 2:
    import cPickle

    unpicklers = [pickle.Unpickler, cPickle.Unpickler]
    picklers = [pickle.Pickler, cPickle.Pickler]
else:
    unpicklers = [pickle.Unpickler, pickle._Unpickler]
    picklers = [pickle.Pickler, pickle._Pickler]

reads = [read(each) for each in unpicklers]
assert text(reads[0]) == text(reads[1])
print(json.dumps({
    "values": [text(value) for value in reads[0]],
    "same": all(a[1] is b[0] is b[2] is c for a, b, c in reads),
    "streams": [write(each) for each in picklers],
}))

"""Exchanges pickles with out-of-band buffers (PEP 574), on CPython 3.8 and above.

Reads a list of {"pickle": hex, "buffers": [hex, ...]} and answers with {"loaded": ..., "dumps":
...}: the items of each pickle's list as [type, read-only, hex], and what this Python dumps for
lists of items [read-only, hex], with those beside the pickle that are longer than four bytes.
"""
import binascii
import json
import pickle
import pickletools
import io
import sys


def text(data):
    return binascii.hexlify(bytes(data)).decode("ascii")


def load(row):
    # Whether the receiver may write is for the pickle to say.
    buffers = [bytearray(binascii.unhexlify(buffer)) for buffer in row["buffers"]]
    data = binascii.unhexlify(row["pickle"])
    pickletools.dis(data, out=io.StringIO())
    items = pickle.loads(data, buffers=buffers)
    return [[type(item).__name__, memoryview(item).readonly, text(item)] for item in items]


def dump(items):
    values = []
    for readonly, digits in items:
        data = binascii.unhexlify(digits)
        values.append(pickle.PickleBuffer(data if readonly else bytearray(data)))
    buffers = []

    def callback(buffer):
        if len(buffer.raw()) <= 4:
            return True
        buffers.append(text(buffer.raw()))

    data = pickle.dumps(values, 5, buffer_callback=callback)
    return {"pickle": text(data), "buffers": buffers}


request = json.load(sys.stdin)
json.dump(
    {
        "loaded": [load(row) for row in request["pickles"]],
        "dumps": [dump(items) for items in request["items"]],
    },
    sys.stdout,
)

"""What pickletools says of pickles.

Reads {"docs": {opcode name: text}, "pickles": [[indent, base64]]} and answers with one row for each pickle:
the listing in two styles, the instructions and the optimized pickle, each as [text, error message].
Long texts are replaced by their SHA-256.
"""
import base64
import hashlib
import io
import json
import pickletools
import sys
import warnings

SHORT = 2000


class Sink:
    """Keeps the beginning and the digest of what is written, which may be gigabytes."""

    def __init__(self):
        self.digest = hashlib.sha256()
        self.parts = []
        self.size = 0

    def write(self, text):
        data = text.encode() if isinstance(text, str) else bytes(text)
        self.digest.update(data)
        self.size += len(data)
        if self.size <= SHORT:
            self.parts.append(data)

    def text(self):
        if self.size > SHORT:
            return "%d bytes, %s" % (self.size, self.digest.hexdigest())
        return b"".join(self.parts).decode("latin-1")


def attempt(work):
    sink = Sink()
    error = None
    try:
        work(sink)
    except Exception as problem:
        error = str(problem)
    return [sink.text(), error]


def stream(data, sink):
    memo = {}
    while data:
        source = io.BytesIO(data)
        pickletools.dis(source, sink, memo, 0, 30)
        data = data[source.tell():]


def instructions(data, sink):
    for opcode, arg, start, end in pickletools._genops(data, yield_end_pos=True):
        try:
            shown = repr(arg)
        except ValueError:
            shown = "an integer of too many digits"
        kind = type(arg).__name__
        sink.write("%d %d %s %s %s\n" % (start, end, opcode.name, kind, shown))


def examine(indent, data):
    return [
        attempt(lambda sink: pickletools.dis(data, sink, indentlevel=indent)),
        attempt(lambda sink: stream(data, sink)),
        attempt(lambda sink: instructions(data, sink)),
        attempt(lambda sink: sink.write(pickletools.optimize(data))),
    ]


warnings.simplefilter("ignore")
task = json.load(sys.stdin)
for opcode in pickletools.opcodes:
    # The words of the annotations are not compared, only their places.
    opcode.doc = task["docs"][opcode.name]
json.dump([examine(indent, base64.b64decode(row)) for indent, row in task["pickles"]], sys.stdout)

"""Strings of Python 2 in all their spellings, and what Python 3 makes of them.

Python 2 reads a list of hex strings and answers with the pickles of each, in hex. Python 3 reads a
list of pickles and answers with what each is in "ASCII", "utf-8", "latin1" and "bytes": ["str",
text], ["bytes", hex] or None for an error.
"""
import binascii
import json
import pickle
import sys


def text(data):
    return binascii.hexlify(data).decode("ascii")


def dumps(digits):
    import cPickle

    value = binascii.unhexlify(digits.encode("ascii"))
    return [text(module.dumps(value, protocol)) for module in (pickle, cPickle) for protocol in range(3)]


def loads(digits):
    answers = []
    for encoding in ("ASCII", "utf-8", "latin1", "bytes"):
        try:
            value = pickle.loads(binascii.unhexlify(digits), encoding=encoding)
        except UnicodeDecodeError:
            answers.append(None)
            continue
        is_text = isinstance(value, str)
        answers.append(["str", value] if is_text else ["bytes", text(value)])
    return answers


each = dumps if sys.version_info[0] == 2 else loads
json.dump([each(row) for row in json.load(sys.stdin)], sys.stdout)

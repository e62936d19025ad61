"""Loads pickles in pairs and pickles what they gave again, at protocol 4.

Reads [[hex, hex], ...] and answers with [[hex, hex] or null, ...]: null where the first one does not
load in this CPython, and the message of the exception where only the second does not.
"""

import json
import pickle
import sys
import warnings

warnings.simplefilter("ignore")


def again(pickled):
    return pickle.dumps(pickle.loads(bytes.fromhex(pickled)), 4).hex()


def answer(first, second):
    try:
        before = again(first)
    except Exception:
        return None
    try:
        return [before, again(second)]
    except Exception as error:
        return repr(error)


json.dump([answer(first, second) for first, second in json.load(sys.stdin)], sys.stdout)

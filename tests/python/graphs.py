"""Pickles values before and after something is done to them, on any CPython.

Reads a JSON list of rows {"setup": ..., "expr": ..., "steps": [...]} and answers
with one list of pickles {"protocol": n, "before": [hex, ...], "after": [hex, ...]}
for each: the value of the expression as `x`, pickled by every pickler of this
Python, before and after the steps are executed one by one.
"""
import binascii
import json
import pickle
import sys

if sys.version_info[0] == 2:
    import cPickle

    picklers = [pickle.dumps, cPickle.dumps]
else:
    picklers = [pickle._dumps, pickle.dumps]


def dumps(value, protocol):
    return [binascii.hexlify(dump(value, protocol)).decode("ascii") for dump in picklers]


def answer(row):
    scope = {}
    exec(row.get("setup", ""), scope)
    scope["x"] = eval(row["expr"], scope)
    protocols = range(row.get("since", 0), pickle.HIGHEST_PROTOCOL + 1)
    befores = [dumps(scope["x"], protocol) for protocol in protocols]
    for step in row.get("steps", []):
        exec(step, scope)
    afters = [dumps(scope["x"], protocol) for protocol in protocols]
    return [
        {"protocol": protocol, "before": before, "after": after}
        for protocol, before, after in zip(protocols, befores, afters)
    ]


print(json.dumps([answer(row) for row in json.load(sys.stdin)]))

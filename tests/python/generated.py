"""Loads pickles with the classes of generated modules, looks at the values, and dumps them again."""
import binascii
import json
import pickle
import sys

if __name__ == "__main__":
    request = json.load(sys.stdin)
    sys.path.insert(0, request["folder"])
    answers = []
    for row in request["rows"]:
        errors, dumps = [], []
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            data = binascii.unhexlify(row["pickles"][protocol])
            for module in ("loads", "_loads"):
                value = getattr(pickle, module)(data)
                try:
                    if eval(row["expr"], dict(sys.modules, value=value)) is not True:
                        errors.append("protocol %d: %r" % (protocol, value))
                    repr(value)
                except Exception as error:
                    errors.append("protocol %d: %s: %s" % (protocol, type(error).__name__, error))
            dumps.append(binascii.hexlify(pickle.dumps(value, protocol)).decode())
            again = pickle.loads(pickle.dumps(value, protocol))
            if eval(row["expr"], dict(sys.modules, value=again)) is not True:
                errors.append("protocol %d, again: %r" % (protocol, again))
        answers.append({"errors": errors, "dumps": dumps})
    json.dump(answers, sys.stdout)

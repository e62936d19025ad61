"""Checks pickles of NumPy arrays, scalars and dtypes against Python expressions.

Reads and answers as agree.py does; what is compared is dtype, shape, order and bytes.
"""
import binascii
import json
import pickle
import sys

import numpy as np


def parts(value):
    if isinstance(value, np.dtype):
        return repr(value), value.str, value.isalignedstruct, value.alignment, value.flags
    value, kind = np.asanyarray(value), type(value).__name__
    is_fortran = value.flags.f_contiguous and not value.flags.c_contiguous
    return kind, parts(value.dtype), value.shape, is_fortran, value.tobytes("A")


def check(row):
    expected = eval(row["expr"], {"np": np})
    errors, dumps = [], {}
    for protocol, digits in sorted(row["hex"].items()):
        try:
            value = pickle.loads(binascii.unhexlify(digits.encode("ascii")))
            # Below protocol 5, and for dates, NumPy itself makes the byte order that of the machine.
            numpys = pickle.loads(pickle.dumps(expected, int(protocol)))
            if parts(value) not in (parts(expected), parts(numpys)):
                message = "protocol %s: %r %r, expected %r %r"
                errors.append(message % (protocol, value, parts(value), numpys, parts(numpys)))
        except Exception as error:
            errors.append("protocol %s: %s: %s" % (protocol, type(error).__name__, error))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        dumps[protocol] = pickle.dumps(expected, protocol).hex()
    return {"errors": errors, "dumps": dumps}


json.dump([check(row) for row in json.load(sys.stdin)], sys.stdout)

"""Checks pickles of NumPy arrays, scalars and dtypes against Python expressions.

Reads and answers as agree.py does; what is compared is dtype, shape, order and bytes.
"""
import binascii
import pickle
import warnings

import numpy as np

from serve import serve


def parts(value):
    if isinstance(value, np.dtype):
        return repr(value), value.str, value.isalignedstruct, value.alignment, value.flags
    value, kind = np.asanyarray(value), type(value).__name__
    is_fortran = value.flags.f_contiguous and not value.flags.c_contiguous
    if isinstance(value, np.ma.MaskedArray):
        items = value.data.tobytes("A"), np.ma.getmaskarray(value).tobytes("A"), repr(value.fill_value)
    elif value.dtype.hasobject or value.dtype.kind == "T":
        items = repr(value.tolist())
    else:
        items = value.tobytes("A")
    return kind, parts(value.dtype), value.shape, is_fortran, items


# Names that NumPy 2 warns of are not to be written.
warnings.simplefilter("error")


def check(row):
    scope = {"np": np}
    exec(row.get("setup", ""), scope)
    expected = eval(row["expr"], scope)
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


serve(check)

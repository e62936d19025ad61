"""Measures the C pickle of this Python, and msgspec if there is one.

    measure.py objects FOLDER SECONDS < PICKLE   equal objects to those of a pickle
    measure.py NAME FOLDER SECONDS COUNT         what `VALUES` has under the name

Leaves what it dumps in the folder, as 0, 1 and so on, and prints a report in JSON: the seconds of
`dumps` and `loads` for all of them together (quartiles), and the bytes of the objects.
"""
import gc
import json
import os
import pickle
import sys
import time
import tracemalloc

import pyperformance

PROTOCOL = 4


def objects():
    value = pickle.loads(sys.stdin.buffer.read())
    if type(value) is list and all(type(item) is str for item in value):
        # As in a program that made few strings and keeps them at many places.
        value = [sys.intern(item) for item in value]
    return [value]


def dicts(count):
    """Records of a database as it gives them to Python."""
    return [[
        {
            "id": index,
            "name": "user-%06d" % index,
            "score": index / 7,
            "active": index % 3 == 0,
            "group": "group-%d" % (index % 50),
        }
        for index in range(count)
    ]]




def quartiles(run, seconds):
    """Runs for so many seconds, and at least three times."""
    begin = time.perf_counter()
    run()
    once = time.perf_counter() - begin
    repeat = max(1, min(10000, int(1e-3 / max(once, 1e-9))))
    samples = []
    begin = time.perf_counter()
    while len(samples) < 3 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        for _ in range(repeat):
            run()
        samples.append((time.perf_counter() - start) / repeat)
    samples.sort()
    return [samples[len(samples) * quarter // 4] for quarter in (1, 2, 3)]


def both(values, dumps, loads, seconds):
    written = [dump(value) for dump, value in zip(dumps, values)]

    def dump_all():
        for dump, value in zip(dumps, values):
            dump(value)

    def load_all():
        for load, data in zip(loads, written):
            load(data)

    return {"dumps": quartiles(dump_all, seconds), "loads": quartiles(load_all, seconds)}


def size_of_objects(written):
    """The bytes of the objects that loading makes."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    value = pickle.loads(written)
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del value
    return after - before


def msgspec_report(name, values, seconds):
    try:
        import msgspec
    except ImportError:
        return None
    report = {"version": msgspec.__version__}
    for form, (values, types) in pyperformance.forms(name, values).items():
        encode = msgspec.msgpack.Encoder().encode
        decoders = [msgspec.msgpack.Decoder(type).decode for type in types]
        for value, decode in zip(values, decoders):
            assert decode(encode(value)) == value, form
        report[form] = both(values, [encode] * len(values), decoders, seconds)
    return report


def main():
    name, folder, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    if name == "objects":
        values = objects()
    elif name == "dicts":
        values = dicts(int(sys.argv[4]))
    else:
        values = pyperformance.WORKLOADS[name]
    dumps = lambda value: pickle.dumps(value, PROTOCOL)
    written = [dumps(value) for value in values]
    for index, data in enumerate(written):
        with open(os.path.join(folder, str(index)), "wb") as file:
            file.write(data)
    report = {"version": "%d.%d.%d" % sys.version_info[:3]}
    if seconds > 0:
        report.update(both(values, [dumps] * len(values), [pickle.loads] * len(values), seconds))
        if name in pyperformance.WORKLOADS:
            report["msgspec"] = msgspec_report(name, values, seconds)
        else:
            report["objects"] = size_of_objects(written[0])
    print(json.dumps(report))


main()

"""Loads a pickle from standard input and dumps the equal objects to standard output.

The argument is the protocol. The last line on standard error tells the medians of
`loads` and `dumps` in milliseconds.
"""
import pickle
import sys
import time


def median(run):
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return sorted(times)[2] * 1e3


data = sys.stdin.buffer.read()
protocol = int(sys.argv[1])
value = pickle.loads(data)
written = pickle.dumps(value, protocol)
loads = median(lambda: pickle.loads(written))
dumps = median(lambda: pickle.dumps(value, protocol))
sys.stdout.buffer.write(written)
sys.stderr.write("%r %r\n" % (loads, dumps))

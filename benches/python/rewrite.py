"""Loads a pickle from standard input and dumps the equal objects to standard output.

The argument is the protocol.
"""
import pickle
import sys

value = pickle.loads(sys.stdin.buffer.read())
sys.stdout.buffer.write(pickle.dumps(value, int(sys.argv[1])))

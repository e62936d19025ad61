"""Writes tests/golden/dis/*.dis anew; to be run with CPython 3.13.

Each is what `python -m pickletools` prints, and the last line of a traceback if there is one.
"""
import glob
import os
import subprocess
import sys

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "dis")
for path in sorted(glob.glob(os.path.join(folder, "*.pkl"))):
    done = subprocess.run([sys.executable, "-m", "pickletools", path], capture_output=True)
    text = done.stdout
    if done.returncode:
        text += done.stderr.splitlines()[-1] + b"\n"
    with open(path[:-4] + ".dis", "wb") as out:
        out.write(text)

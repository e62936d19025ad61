"""How a script with a function for one request is asked: all at once, or line by line."""
import json
import sys


def serve(answer):
    """Answers a JSON list on standard input with the list of the answers; with `--lines`, each line
    with one line, until the input ends."""
    if "--lines" not in sys.argv:
        json.dump([answer(request) for request in json.load(sys.stdin)], sys.stdout)
        return
    for line in iter(sys.stdin.readline, ""):
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()

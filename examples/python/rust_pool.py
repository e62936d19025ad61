"""An executor whose workers are processes of another program, such as the example `pool`.

    with RustPool(["path/to/worker"], max_workers=2) as pool:
        future = pool.submit(textwork.count_words, "spam spam eggs")

A worker reads `Call`s from its standard input and writes an `Answer` for each, all of them pickles
one behind the other. The function travels by its name, so it has to be one that can be imported.
"""

import concurrent.futures
import io
import pickle
import queue
import subprocess
import threading


class Call:
    def __init__(self, id, function, args):
        self.id = id
        self.function = function
        self.args = args


class Answer:
    def __init__(self, id, result=None, exception=None):
        self.id = id
        self.result = result
        self.exception = exception


class RustPool(concurrent.futures.Executor):
    def __init__(self, command, max_workers, record=None):
        self._calls = queue.Queue()
        self._record = record if record is not None else io.BytesIO()
        self._threads = [
            threading.Thread(target=self._work, args=(command,), daemon=True)
            for _ in range(max_workers)
        ]
        for thread in self._threads:
            thread.start()
        self._submitted = 0

    def submit(self, function, *args):
        future = concurrent.futures.Future()
        call = Call(self._submitted, function, args)
        self._submitted += 1
        pickle.dump(call, self._record)
        self._calls.put((call, future))
        return future

    def shutdown(self, wait=True, **kwargs):
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _work(self, command):
        """Feeds one worker, a call at a time."""
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as worker:
            for call, future in iter(self._calls.get, None):
                if not future.set_running_or_notify_cancel():
                    continue
                try:
                    pickle.dump(call, worker.stdin)
                    worker.stdin.flush()
                    answer = pickle.load(worker.stdout)
                    assert answer.id == call.id
                except Exception as error:  # the worker has died, or the call is no pickle
                    future.set_exception(error)
                    continue
                if answer.exception is not None:
                    future.set_exception(answer.exception)
                else:
                    future.set_result(answer.result)
            worker.stdin.close()

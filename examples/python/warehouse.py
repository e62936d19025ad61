"""The other side of the example `worker`: hands jobs to a worker that connects, and prints what
comes back. An answer that is an exception is raised, as a pool does it."""

from multiprocessing.connection import Listener


class Item:
    def __init__(self, name, price):
        self.name = name
        self.price = price


class Job:
    def __init__(self, id, items):
        self.id = id
        self.items = items


class Invoice:
    def __init__(self, job, total):
        self.job = job
        self.total = total


def ask(connection, job):
    connection.send(job)
    answer = connection.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


def main():
    with Listener(("127.0.0.1", 0), authkey=b"spam and eggs") as listener:
        print(listener.address[1], flush=True)  # where the worker is to connect
        with listener.accept() as connection:
            spam, eggs = Item("spam", 2.5), Item("eggs", 0.25)
            for job in Job(1, [spam, eggs]), Job(2, [spam] * 1000), Job(3, []):
                try:
                    invoice = ask(connection, job)
                    print("job %d: %r, total %.2f" % (job.id, type(invoice), invoice.total))
                    assert invoice.total == sum(item.price for item in job.items)
                except ValueError as error:
                    print("job %d: raised %r" % (job.id, error))


if __name__ == "__main__":
    import warehouse  # so that the classes are those of this module, not of `__main__`

    warehouse.main()

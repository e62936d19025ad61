"""A class whose instances get their state from a function, and a pickle with all that JSON must not lose."""
import pickle


class Cell(object):
    value = None

    def __reduce__(self):
        return Cell, (), {"value": self.value}, None, None, fill


def fill(cell, state):
    cell.__dict__.update(state)


class Note(object):
    """Is made by `copyreg`, which Python 2 calls `copy_reg`, below protocol 2."""


def write(path, protocol):
    cell, note = Cell(), Note()
    cell.value, note.text = 7, "seven"
    with open(path, "wb") as file:
        pickle.dump([cell, note, {1, 2}, b"\xff"], file, protocol)


def check(path):
    with open(path, "rb") as file:
        cell, note, *others = pickle.load(file)
    assert (cell.value, note.text, others) == (7, "seven", [{1, 2}, b"\xff"]), (vars(cell), vars(note), others)

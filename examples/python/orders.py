"""The Python side of the example `registry`."""


class Order(object):
    """An order, pickled as any plain object is."""

    def __init__(self, id, item):
        self.id = id
        self.item = item

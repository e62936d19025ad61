"""The classes of the example about trait objects."""


class Circle:
    def __init__(self, radius):
        self.radius = radius


class Square:
    """Pickled as the call that made it."""

    def __init__(self, side):
        self.side = side

    def __reduce__(self):
        return Square, (self.side,)


class Drawing:
    def __init__(self, shapes, round):
        self.shapes = shapes
        self.round = round

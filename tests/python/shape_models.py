"""Classes with one interface, whose instances are behind trait objects in Rust."""


class Shape(object):
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Circle(Shape):
    pass


class Square(object):
    """Made from an argument, and so without a state."""

    def __init__(self, side):
        self.side = side

    def __reduce__(self):
        return Square, (self.side,)


class Group(Shape):
    pass


def family():
    """A group and a group in it that knows it."""
    inner = Group(parent=None, members=[])
    outer = Group(parent=None, members=[inner, Circle(radius=1.0)])
    inner.parent = outer
    return outer

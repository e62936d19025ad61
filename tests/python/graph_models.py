"""Plain classes whose instances refer to each other."""


class Thing(object):
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class Point(Thing):
    pass


class Node(Thing):
    pass


class Link(Thing):
    pass


class Account(Thing):
    pass


class Owner(Thing):
    pass


def tree():
    """The branch and the leaf of the Rust book."""
    leaf = Node(value=3, parent=None, children=[])
    branch = Node(value=5, parent=None, children=[leaf])
    leaf.parent = branch
    return branch, leaf


def ring(*names):
    """The first of some links, each of which knows the next."""
    links = [Link(name=name, next=None) for name in names]
    for link, following in zip(links, links[1:] + links[:1]):
        link.next = following
    return links[0]

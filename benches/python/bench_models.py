"""The classes of the datasets, as plain Python classes with a __dict__."""


class Address(object):
    pass


class Log(object):
    pass


class Logs(object):
    pass


class Vector3(object):
    pass


class Triangle(object):
    pass


class Mesh(object):
    pass

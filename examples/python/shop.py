"""The Python side of the example `to_json`: classes that no other program has to know."""


class Customer(object):
    """Who orders."""

    def __init__(self, name, tags):
        self.name = name
        self.tags = tags


class Order(object):
    """What was ordered; orders of one customer share it."""

    def __init__(self, id, customer, price, day):
        self.id = id
        self.customer = customer
        self.price = price
        self.day = day

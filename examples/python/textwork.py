"""Functions that the example `pool` has in Rust: their names are what Python needs of them."""

import sys

import rust_pool


def count_words(text):
    """Returns a `collections.Counter`."""
    raise NotImplementedError("this one runs in Rust")


def prime_factors(number):
    raise NotImplementedError("this one runs in Rust")


def unknown():
    pass


def main(worker, record):
    with open(record, "wb") as record, rust_pool.RustPool(
        [worker, "--worker"], max_workers=2, record=record
    ) as pool:
        words = pool.submit(count_words, "spam eggs spam spam bacon spam")
        factors = [pool.submit(prime_factors, number) for number in (97, 360, 2**61 - 2)]
        print("the words: %r" % words.result())
        print("the factors: %r" % [future.result() for future in factors])
        for wrong in pool.submit(prime_factors, 0), pool.submit(unknown):
            print("raised %r" % wrong.exception())


if __name__ == "__main__":
    import textwork  # so that the functions are those of this module, not of `__main__`

    textwork.main(*sys.argv[1:])

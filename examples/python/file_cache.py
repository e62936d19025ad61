"""The cache of the example `cache`: Django's `FileBasedCache` where Django is installed, and else
one that keeps its entries in the same files."""

import hashlib
import os
import pickle
import time
import zlib


class Cart:
    """What a shop keeps in a session."""

    def __init__(self):
        self.items = []
        self.updated = None


try:
    from django.core.cache.backends.filebased import FileBasedCache
except ImportError:

    class FileBasedCache:
        def __init__(self, dir, params):
            self._dir = dir

        def make_key(self, key):
            return ":1:" + key

        def _key_to_file(self, key):
            digest = hashlib.md5(self.make_key(key).encode()).hexdigest()
            return os.path.join(self._dir, digest + ".djcache")

        def set(self, key, value, timeout=300):
            expires = None if timeout is None else time.time() + timeout
            with open(self._key_to_file(key), "wb") as file:
                file.write(pickle.dumps(expires, pickle.HIGHEST_PROTOCOL))
                file.write(zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)))

        def get(self, key, default=None):
            try:
                with open(self._key_to_file(key), "rb") as file:
                    expires = pickle.load(file)
                    if expires is not None and expires < time.time():
                        return default
                    return pickle.loads(zlib.decompress(file.read()))
            except FileNotFoundError:
                return default

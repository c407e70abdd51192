/** `collections`. */
export const COLLECTIONS = String.raw`
from ucollections import *

class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **named):
        super().__init__(*args, **named)
        self.default_factory = default_factory
    def __getitem__(self, key):
        if key not in self:
            if self.default_factory is None:
                raise KeyError(key)
            self[key] = self.default_factory()
        return super().__getitem__(key)

class Counter(dict):
    def __init__(self, source=(), **named):
        super().__init__()
        self.update(source)
        self.update(named)
    def __missing__(self, key):
        return 0
    def __getitem__(self, key):
        return self.get(key, 0)
    def update(self, source=()):
        if hasattr(source, "keys"):
            for key in source.keys():
                self[key] = self[key] + source[key]
        else:
            for key in source:
                self[key] = self[key] + 1
    def subtract(self, source=()):
        for key in source:
            self[key] = self[key] - (source[key] if hasattr(source, "keys") else 1)
    def most_common(self, n=None):
        pairs = sorted(self.items(), key=lambda pair: -pair[1])
        return pairs if n is None else pairs[:n]
    def elements(self):
        for key, count in self.items():
            for _ in range(count):
                yield key
    def total(self):
        return sum(self.values())
class ChainMap:
    def __init__(self, *maps):
        self.maps = list(maps) or [{}]
    def __getitem__(self, key):
        for one in self.maps:
            if key in one:
                return one[key]
        raise KeyError(key)
    def get(self, key, default=None):
        return self[key] if key in self else default
    def __contains__(self, key):
        return any(key in one for one in self.maps)
    def __setitem__(self, key, value):
        self.maps[0][key] = value
`;

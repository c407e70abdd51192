/** `json`: MicroPython reads it; what it writes is Python's, with all the options. */
export const JSON_MODULE = String.raw`
import ujson

class JSONDecodeError(ValueError):
    pass

_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}

def _text(value, ascii):
    out = []
    for c in value:
        n = ord(c)
        if c in _SHORT:
            out.append(_SHORT[c])
        elif n < 32 or ascii and 126 < n < 65536:
            out.append("\\u%04x" % n)
        elif ascii and n >= 65536:
            n -= 65536
            out.append("\\u%04x\\u%04x" % (0xd800 + (n >> 10), 0xdc00 + (n & 1023)))
        else:
            out.append(c)
    return '"' + "".join(out) + '"'

class JSONEncoder:
    def __init__(self, skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, sort_keys=False, indent=None, separators=None, default=None):
        self.ensure_ascii, self.sort_keys = ensure_ascii, sort_keys
        self.indent = " " * indent if isinstance(indent, int) else indent
        self.item, self.key = separators or ("," if indent is not None else ", ", ": ")
        if default is not None:
            self.default = default
    def default(self, value):
        raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)
    def encode(self, value):
        return self._encode(value, "\n")
    def _encode(self, value, line):
        if value is None:
            return "null"
        if value is True:
            return "true"
        if value is False:
            return "false"
        if isinstance(value, str):
            return _text(value, self.ensure_ascii)
        if isinstance(value, int):
            return str(int(value))
        if isinstance(value, float):
            if value != value:
                return "NaN"
            return "Infinity" if value == float("inf") else "-Infinity" if value == float("-inf") else repr(value)
        inner = line + self.indent if self.indent is not None else ""
        if isinstance(value, dict):
            if not value:
                return "{}"
            keys = sorted(value) if self.sort_keys else list(value)
            return self._joined("{", [self._name(k) + self.key + self._encode(value[k], inner) for k in keys], "}", inner, line)
        if isinstance(value, (list, tuple)):
            if not value:
                return "[]"
            return self._joined("[", [self._encode(v, inner) for v in value], "]", inner, line)
        return self._encode(self.default(value), line)
    def _name(self, key):
        if isinstance(key, str):
            return _text(key, self.ensure_ascii)
        if key is None or isinstance(key, (bool, int, float)):
            return '"' + self._encode(key, "") + '"'
        raise TypeError("keys must be str, int, float, bool or None, not " + type(key).__name__)
    def _joined(self, begin, parts, end, inner, line):
        if self.indent is None:
            return begin + self.item.join(parts) + end
        return begin + inner + (self.item.rstrip() + inner).join(parts) + line + end

def dumps(value, cls=None, **options):
    return (cls or JSONEncoder)(**options).encode(value)
def dump(value, file, **options):
    file.write(dumps(value, **options))
def loads(text, object_hook=None, **options):
    try:
        found = ujson.loads(text)
    except ValueError:
        raise JSONDecodeError("Expecting value" if not text.strip() else "this is not JSON")
    return _hooked(found, object_hook) if object_hook else found
def load(file, **options):
    return loads(file.read(), **options)
def _hooked(value, hook):
    if isinstance(value, dict):
        return hook(dict((k, _hooked(value[k], hook)) for k in value))
    return [_hooked(v, hook) for v in value] if isinstance(value, list) else value
`;

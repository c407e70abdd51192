/** `re` and `hashlib`: MicroPython's, with the functions that it lacks. */
export const RE = String.raw`
import ure

error = Exception
I = IGNORECASE = 2
M = MULTILINE = 8
S = DOTALL = 16
A = ASCII = 256
X = VERBOSE = 64
U = UNICODE = 32
NOFLAG = 0

def _count(pattern):
    n, i, inside = 0, 0, False
    while i < len(pattern):
        c = pattern[i]
        if c == "\\":
            i += 1
        elif inside:
            inside = c != "]"
        elif c == "[":
            inside = True
            if pattern[i + 1:i + 2] == "]":
                i += 1
        elif c == "(" and pattern[i + 1:i + 2] != "?":
            n += 1
        i += 1
    return n

class Pattern:
    def __init__(self, pattern, flags=0):
        if flags & (IGNORECASE | MULTILINE | VERBOSE):
            raise NotImplementedError("this flag of re is not in Drydock's Python (MicroPython)")
        for absent in ("(?P", "(?=", "(?!", "(?<", "\\b", "\\B", "\\1"):
            if absent in pattern:
                raise NotImplementedError("re: Drydock's Python (MicroPython) does not know %s" % absent)
        try:
            self._re = ure.compile(pattern)
        except ValueError:
            raise NotImplementedError("re: Drydock's Python (MicroPython) does not know this pattern: %r" % pattern)
        self.pattern, self.flags, self.groups = pattern, flags, _count(pattern)
    def match(self, text, pos=0):
        found = self._re.match(text[pos:] if pos else text)
        return Match(found, pos, text, self.groups) if found else None
    def search(self, text, pos=0):
        if pos and self.pattern.startswith("^"):
            return None
        rest = text[pos:] if pos else text
        found = self._re.search(rest)
        if not found:
            return None
        # Where it was found MicroPython does not say: at the first place where the same is found again.
        what, at = found.group(0), 0
        if not self.pattern.startswith("^"):
            while True:
                at = rest.find(what, at)
                again = self._re.match(rest[at:])
                if again and again.group(0) == what:
                    break
                at += 1
        return Match(found, pos + at, text, self.groups)
    def fullmatch(self, text):
        found = self.match(text)
        return found if found and found.end() == len(text) else None
    def finditer(self, text):
        at = 0
        while at <= len(text):
            found = self.search(text, at)
            if not found:
                return
            yield found
            at = found.end() + (found.end() == found.start())
    def findall(self, text):
        out = []
        for found in self.finditer(text):
            groups = found.groups("")
            out.append(found.group(0) if not groups else groups[0] if len(groups) == 1 else groups)
        return out
    def sub(self, to, text, count=0):
        return self.subn(to, text, count)[0]
    def subn(self, to, text, count=0):
        out, at, n = [], 0, 0
        for found in self.finditer(text):
            if count and n >= count:
                break
            out.append(text[at:found.start()])
            out.append(to(found) if callable(to) else found.expand(to))
            at, n = found.end(), n + 1
        out.append(text[at:])
        return text[:0].join(out), n
    def split(self, text, maxsplit=0):
        out, at, n = [], 0, 0
        for found in self.finditer(text):
            if maxsplit and n >= maxsplit:
                break
            if found.end() > found.start():
                out.append(text[at:found.start()])
                out.extend(found.groups())
                at, n = found.end(), n + 1
        return out + [text[at:]]
    def __repr__(self):
        return "re.compile(%r)" % self.pattern

class Match:
    def __init__(self, found, start, text, count):
        self._found, self._start, self.string, self._count = found, start, text, count
    def group(self, *numbers):
        if len(numbers) > 1:
            return tuple([self._found.group(n) for n in numbers])
        return self._found.group(numbers[0] if numbers else 0)
    def __getitem__(self, n):
        return self._found.group(n)
    def groups(self, default=None):
        found = [self._found.group(n) for n in range(1, self._count + 1)]
        return tuple([default if g is None else g for g in found])
    def start(self, n=0):
        if n:
            raise NotImplementedError("where a group was found Drydock's Python (MicroPython) does not know")
        return self._start
    def end(self, n=0):
        return self.start(n) + len(self._found.group(0))
    def span(self, n=0):
        return self.start(n), self.end(n)
    def expand(self, template):
        if "\\" not in template:
            return template
        out, i = "", 0
        while i < len(template):
            c = template[i]
            if c == "\\" and template[i + 1:i + 2].isdigit():
                out += self._found.group(int(template[i + 1])) or ""
                i += 1
            elif template.startswith("\\g<", i):
                end = template.find(">", i)
                out += self._found.group(int(template[i + 3:end])) or ""
                i = end
            elif c == "\\" and i + 1 < len(template):
                out += {"n": "\n", "t": "\t", "r": "\r"}.get(template[i + 1], template[i + 1])
                i += 1
            else:
                out += c
            i += 1
        return out
    def __repr__(self):
        return "<re.Match object; span=%r, match=%r>" % (self.span(), self.group(0))

_known = {}
def compile(pattern, flags=0):
    if isinstance(pattern, Pattern):
        return pattern
    key = (pattern, flags)
    if key not in _known:
        _known[key] = Pattern(pattern, flags)
    return _known[key]
def match(pattern, text, flags=0):
    return compile(pattern, flags).match(text)
def search(pattern, text, flags=0):
    return compile(pattern, flags).search(text)
def fullmatch(pattern, text, flags=0):
    return compile(pattern, flags).fullmatch(text)
def sub(pattern, to, text, count=0, flags=0):
    return compile(pattern, flags).sub(to, text, count)
def split(pattern, text, maxsplit=0, flags=0):
    return compile(pattern, flags).split(text, maxsplit)
def findall(pattern, text, flags=0):
    return compile(pattern, flags).findall(text)
def finditer(pattern, text, flags=0):
    return compile(pattern, flags).finditer(text)
def escape(text):
    return "".join([c if c.isalpha() or c.isdigit() or c == "_" else "\\" + c for c in text])
`;

export const HASHLIB = String.raw`
import uctypes
from _start import call

_SIZES = {"md5": (16, 64), "sha1": (20, 64), "sha224": (28, 64), "sha256": (32, 64), "sha384": (48, 128), "sha512": (64, 128)}
algorithms_available = algorithms_guaranteed = set(_SIZES)

class _Hash:
    def __init__(self, name, data=b""):
        if name not in _SIZES:
            raise ValueError("unsupported hash type %s: Drydock's Python has %s" % (name, ", ".join(sorted(_SIZES))))
        if isinstance(data, str):
            raise TypeError("Strings must be encoded before hashing")
        self.name, self._data = name, bytes(data)
        self.digest_size, self.block_size = _SIZES[name]
    def update(self, data):
        if isinstance(data, str):
            raise TypeError("Strings must be encoded before hashing")
        self._data += bytes(data)
    def hexdigest(self):
        return call("digest", self.name, uctypes.addressof(self._data) if self._data else 0, len(self._data))
    def digest(self):
        text = self.hexdigest()
        return bytes([int(text[i:i + 2], 16) for i in range(0, len(text), 2)])
    def copy(self):
        return _Hash(self.name, self._data)

def new(name, data=b"", **options):
    return _Hash(name, data)
def _of(name):
    return lambda data=b"", **options: _Hash(name, data)
md5, sha1, sha224, sha256, sha384, sha512 = [_of(n) for n in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")]
blake2b, blake2s, sha3_256 = [_of(n) for n in ("blake2b", "blake2s", "sha3_256")]
`;

/** Small modules of Python's library, by file. */
export const SMALL: Readonly<Record<string, string>> = {
  'uuid.py': String.raw`
import os
class UUID:
    def __init__(self, hex=None, bytes=None, int=None):
        self.bytes = bytes if bytes is not None else __import__("binascii").unhexlify(hex.replace("-", ""))
    @property
    def hex(self):
        return "".join(["%02x" % b for b in self.bytes])
    def __str__(self):
        h = self.hex
        return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))
    def __repr__(self):
        return "UUID('%s')" % self
    def __eq__(self, other):
        return isinstance(other, UUID) and self.bytes == other.bytes
    def __hash__(self):
        return hash(self.bytes)
def uuid4():
    b = bytearray(os.urandom(16))
    b[6], b[8] = b[6] & 15 | 64, b[8] & 63 | 128
    return UUID(bytes=bytes(b))
uuid1 = uuid4
`,
  'random.py': String.raw`
from urandom import *
from urandom import random, randrange, getrandbits
import math
def shuffle(values):
    for i in range(len(values) - 1, 0, -1):
        j = randrange(i + 1)
        values[i], values[j] = values[j], values[i]
def sample(population, k):
    values = list(population)
    if k > len(values):
        raise ValueError("Sample larger than population or is negative")
    shuffle(values)
    return values[:k]
def choices(population, weights=None, k=1):
    population = list(population)
    if weights is None:
        return [population[randrange(len(population))] for _ in range(k)]
    total, out = sum(weights), []
    for _ in range(k):
        at = random() * total
        for value, weight in zip(population, weights):
            at -= weight
            if at < 0:
                break
        out.append(value)
    return out
def gauss(mu=0.0, sigma=1.0):
    return mu + sigma * math.sqrt(-2 * math.log(1 - random())) * math.cos(2 * math.pi * random())
normalvariate = gauss
def randbytes(n):
    return bytes([getrandbits(8) for _ in range(n)])
`,
  'secrets.py': String.raw`
import os, random
def token_bytes(n=32):
    return os.urandom(n)
def token_hex(n=32):
    return "".join(["%02x" % b for b in os.urandom(n)])
def token_urlsafe(n=32):
    import base64
    return base64.urlsafe_b64encode(os.urandom(n)).decode().rstrip("=\n")
def randbelow(n):
    return int.from_bytes(os.urandom(8), "big") % n
def choice(values):
    return values[randbelow(len(values))]
`,
  'getpass.py': String.raw`
import os
def getuser():
    return os.environ.get("LOGNAME") or os.environ.get("USER") or "root"
def getpass(prompt="Password: "):
    raise NotImplementedError("getpass is not simulated in Drydock's Python")
`,
  'textwrap.py': String.raw`
def dedent(text):
    lines = text.split("\n")
    margins = [len(l) - len(l.lstrip()) for l in lines if l.strip()]
    margin = min(margins) if margins else 0
    return "\n".join([l[margin:] if l.strip() else "" for l in lines])
def indent(text, prefix, predicate=None):
    return "".join([prefix + l if l.strip() else l for l in text.splitlines(True)])
def wrap(text, width=70, **options):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = line + " " + word if line else word
    return lines + [line] if line else lines
def fill(text, width=70, **options):
    return "\n".join(wrap(text, width))
def shorten(text, width, placeholder=" [...]"):
    text = " ".join(text.split())
    return text if len(text) <= width else wrap(text, width - len(placeholder))[0] + placeholder
`,
  'pprint.py': String.raw`
import sys
def pformat(value, indent=1, width=80, depth=None):
    text = repr(value)
    if len(text) <= width:
        return text
    pad = " " * indent
    if isinstance(value, dict):
        return "{" + (",\n" + pad).join(["%r: %s" % (k, pformat(value[k], indent + len(repr(k)) + 2)) for k in sorted(value, key=str)]) + "}"
    if isinstance(value, (list, tuple)):
        a, b = "[]" if isinstance(value, list) else "()"
        return a + (",\n" + pad).join([pformat(v, indent + 1) for v in value]) + b
    return text
def pprint(value, stream=None, **options):
    (stream or sys.stdout).write(pformat(value) + "\n")
pp = pprint
`,
  'queue.py': String.raw`
class Empty(Exception): pass
class Full(Exception): pass
class Queue:
    def __init__(self, maxsize=0):
        self._items, self.maxsize = [], maxsize
    def put(self, item, block=True, timeout=None):
        if self.full():
            raise Full()
        self._items.append(item)
    def get(self, block=True, timeout=None):
        if not self._items:
            raise Empty()
        return self._items.pop(0)
    put_nowait = put
    get_nowait = get
    def qsize(self):
        return len(self._items)
    def empty(self):
        return not self._items
    def full(self):
        return 0 < self.maxsize <= len(self._items)
    def task_done(self):
        pass
    def join(self):
        pass
class LifoQueue(Queue):
    def get(self, block=True, timeout=None):
        if not self._items:
            raise Empty()
        return self._items.pop()
SimpleQueue = Queue
`,
  'platform.py': String.raw`
import os, sys
def system():
    return os.uname()[0]
def node():
    return os.uname()[1]
def release():
    return os.uname()[2]
def version():
    return os.uname()[3]
def machine():
    return os.uname()[4]
processor = lambda: ""
uname = os.uname
def python_version():
    return "%d.%d.%d" % sys.version_info[:3]
def python_version_tuple():
    return tuple([str(n) for n in sys.version_info[:3]])
def python_implementation():
    return "MicroPython"
def platform(*args):
    return "%s-%s-%s" % (system(), release(), machine())
`,
  'warnings.py': String.raw`
import sys
def warn(message, category=UserWarning, stacklevel=1, source=None):
    sys.stderr.write("%s: %s\n" % (category.__name__, message))
def filterwarnings(*args, **named):
    pass
simplefilter = resetwarnings = filterwarnings
`,
  'csv.py': String.raw`
QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE = 0, 1, 2, 3
class Error(Exception): pass
def reader(source, delimiter=",", quotechar='"', **options):
    for line in source:
        while line.count(quotechar) % 2:
            more = next(source, None) if hasattr(source, "__next__") else None
            if more is None:
                break
            line += more
        row, field, quoted, i = [], "", False, 0
        line = line.rstrip("\r\n")
        while i < len(line):
            c = line[i]
            if quoted:
                if c == quotechar and line[i + 1:i + 2] == quotechar:
                    field += c
                    i += 1
                elif c == quotechar:
                    quoted = False
                else:
                    field += c
            elif c == quotechar and not field:
                quoted = True
            elif c == delimiter:
                row.append(field)
                field = ""
            else:
                field += c
            i += 1
        yield row + [field] if line else []
class writer:
    def __init__(self, target, delimiter=",", quotechar='"', quoting=0, lineterminator="\r\n", **options):
        self._target, self._delimiter, self._quote, self._all, self._end = target, delimiter, quotechar, quoting == 1, lineterminator
    def writerow(self, row):
        out = []
        for value in row:
            text = "" if value is None else str(value)
            if self._all or any(c in text for c in (self._delimiter, self._quote, "\n", "\r")):
                text = self._quote + text.replace(self._quote, self._quote * 2) + self._quote
            out.append(text)
        self._target.write(self._delimiter.join(out) + self._end)
    def writerows(self, rows):
        for row in rows:
            self.writerow(row)
class DictReader:
    def __init__(self, source, fieldnames=None, **options):
        self._rows = reader(source, **options)
        self.fieldnames = fieldnames or next(self._rows)
    def __iter__(self):
        return self
    def __next__(self):
        return dict(zip(self.fieldnames, next(self._rows)))
class DictWriter:
    def __init__(self, target, fieldnames, **options):
        self.fieldnames, self._writer = fieldnames, writer(target, **options)
    def writeheader(self):
        self._writer.writerow(self.fieldnames)
    def writerow(self, row):
        self._writer.writerow([row.get(name, "") for name in self.fieldnames])
    def writerows(self, rows):
        for row in rows:
            self.writerow(row)
`,
  'statistics.py': String.raw`
import math
class StatisticsError(ValueError): pass
def mean(data):
    data = list(data)
    if not data:
        raise StatisticsError("mean requires at least one data point")
    total = sum(data)
    return total // len(data) if all(isinstance(v, int) for v in data) and total % len(data) == 0 else total / len(data)
def fmean(data):
    return float(mean(data))
def median(data):
    data = sorted(data)
    n = len(data)
    if not n:
        raise StatisticsError("no median for empty data")
    return data[n // 2] if n % 2 else (data[n // 2 - 1] + data[n // 2]) / 2
def pvariance(data):
    m = mean(data)
    return sum([(v - m) ** 2 for v in data]) / len(data)
def variance(data):
    return pvariance(data) * len(data) / (len(data) - 1)
def stdev(data):
    return math.sqrt(variance(data))
def pstdev(data):
    return math.sqrt(pvariance(data))
`,
  'enum.py': String.raw`
raise ImportError("the module 'enum' is not in Drydock's Python: MicroPython has no metaclasses to make it of")
`,
  'dataclasses.py': String.raw`
raise ImportError("the module 'dataclasses' is not in Drydock's Python: MicroPython keeps no annotations to make it of")
`,
};

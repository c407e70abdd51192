/** `urllib`: URLs, and requests over HTTP. */
export const URLLIB_PARSE = String.raw`
_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~"
def quote(text, safe="/"):
    data = text if isinstance(text, bytes) else str(text).encode()
    return "".join([chr(b) if chr(b) in _SAFE or chr(b) in safe else "%%%02X" % b for b in data])
def quote_plus(text, safe=""):
    return quote(text, safe + " ").replace(" ", "+")
def unquote(text):
    out, i, data = bytearray(), 0, text.encode()
    while i < len(data):
        if data[i] == 37:
            try:
                out.append(int(data[i + 1:i + 3].decode(), 16))
                i += 3
                continue
            except ValueError:
                pass
        out.append(data[i])
        i += 1
    return bytes(out).decode()
def unquote_plus(text):
    return unquote(text.replace("+", " "))
def urlencode(query, doseq=False):
    pairs = []
    for key, value in (query.items() if hasattr(query, "items") else query):
        for one in value if doseq and isinstance(value, (list, tuple)) else [value]:
            pairs.append(quote_plus(key) + "=" + quote_plus(one))
    return "&".join(pairs)
def parse_qsl(text, keep_blank_values=False):
    out = []
    for part in text.split("&"):
        key, sep, value = part.partition("=")
        if key and (value or keep_blank_values):
            out.append((unquote_plus(key), unquote_plus(value)))
    return out
def parse_qs(text, keep_blank_values=False):
    found = {}
    for key, value in parse_qsl(text, keep_blank_values):
        found.setdefault(key, []).append(value)
    return found
class SplitResult(tuple):
    pass
class _Url:
    def __init__(self, scheme, netloc, path, query, fragment, params=None):
        self.scheme, self.netloc, self.path, self.query, self.fragment, self.params = scheme, netloc, path, query, fragment, params
    @property
    def hostname(self):
        host = self.netloc.rpartition("@")[2].partition(":")[0]
        return host.lower() or None
    @property
    def port(self):
        port = self.netloc.rpartition("@")[2].partition(":")[2]
        return int(port) if port else None
    @property
    def username(self):
        login, at, _ = self.netloc.rpartition("@")
        return login.partition(":")[0] if at else None
    @property
    def password(self):
        login, at, _ = self.netloc.rpartition("@")
        return login.partition(":")[2] if at else None
    def _parts(self):
        parts = (self.scheme, self.netloc, self.path)
        return parts + ((self.params,) if self.params is not None else ()) + (self.query, self.fragment)
    def __iter__(self):
        return iter(self._parts())
    def __getitem__(self, i):
        return self._parts()[i]
    def geturl(self):
        return (self.scheme + ":" if self.scheme else "") + ("//" + self.netloc if self.netloc else "") + self.path + ("?" + self.query if self.query else "") + ("#" + self.fragment if self.fragment else "")
    def __repr__(self):
        return "SplitResult(scheme=%r, netloc=%r, path=%r, query=%r, fragment=%r)" % (self.scheme, self.netloc, self.path, self.query, self.fragment)
def urlsplit(url, scheme="", allow_fragments=True):
    url, _, fragment = url.partition("#")
    url, _, query = url.partition("?")
    head, sep, rest = url.partition(":")
    if sep and head and head[0].isalpha() and all(c.isalpha() or c.isdigit() or c in "+-." for c in head):
        scheme, url = head.lower(), rest
    netloc = ""
    if url.startswith("//"):
        netloc, slash, path = url[2:].partition("/")
        url = slash + path
    return _Url(scheme, netloc, url, query, fragment)
def urlparse(url, scheme="", allow_fragments=True):
    u = urlsplit(url, scheme)
    u.params = ""
    return u
def urlunsplit(parts):
    return _Url(*parts).geturl()
def urljoin(base, url):
    if "://" in url or not base:
        return url
    b = urlsplit(base)
    if url.startswith("/"):
        return "%s://%s%s" % (b.scheme, b.netloc, url)
    return "%s://%s%s/%s" % (b.scheme, b.netloc, b.path.rpartition("/")[0], url)
`;

export const URLLIB_REQUEST = String.raw`
import socket, sys
from urllib.parse import urlsplit
from urllib.error import HTTPError, URLError

class Request:
    def __init__(self, url, data=None, headers=None, method=None):
        self.full_url, self.data, self.headers = url, data, dict(headers or {})
        self.method = method or ("POST" if data is not None else "GET")
    def add_header(self, key, value):
        self.headers[key] = value

class _Headers:
    def __init__(self, pairs):
        self._pairs = pairs
    def get(self, key, default=None):
        for k, v in self._pairs:
            if k.lower() == key.lower():
                return v
        return default
    def items(self):
        return list(self._pairs)
    def __getitem__(self, key):
        return self.get(key)

class _Answer:
    def __init__(self, status, reason, headers, content, url):
        self.status = self.code = status
        self.reason, self.headers, self.url, self._content = reason, headers, url, content
    def read(self, size=-1):
        out = self._content if size < 0 else self._content[:size]
        self._content = self._content[len(out):]
        return out
    def getcode(self):
        return self.status
    def getheader(self, name, default=None):
        return self.headers.get(name, default)
    def info(self):
        return self.headers
    def geturl(self):
        return self.url
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass
    def close(self):
        pass

def urlopen(url, data=None, timeout=None):
    request = url if isinstance(url, Request) else Request(url, data)
    u = urlsplit(request.full_url)
    if u.scheme == "https":
        raise NotImplementedError("https is not in Drydock's urllib (MicroPython)")
    if u.scheme != "http":
        raise URLError("unknown url type: " + u.scheme)
    body = request.data if request.data is not None else data
    head = ["%s %s HTTP/1.1" % (request.method, (u.path or "/") + ("?" + u.query if u.query else "")), "Host: " + u.netloc,
        "User-Agent: Python-urllib/%d.%d" % sys.version_info[:2], "Accept-Encoding: identity", "Connection: close"]
    for key in request.headers:
        head.append("%s: %s" % (key, request.headers[key]))
    if body is not None:
        head.append("Content-Length: %d" % len(body))
    try:
        s = socket.create_connection((u.hostname, u.port or 80), timeout)
        s.sendall("\r\n".join(head + ["", ""]).encode() + (body or b""))
        f = s.makefile("rb")
        words = f.readline().decode().strip().split(" ", 2)
        pairs = []
        while True:
            line = f.readline().decode().strip()
            if not line:
                break
            key, _, value = line.partition(":")
            pairs.append((key, value.strip()))
        headers = _Headers(pairs)
        if "chunked" in (headers.get("Transfer-Encoding") or ""):
            content = b""
            while True:
                size = int(f.readline().decode().split(";")[0], 16)
                content += f.read(size)
                f.readline()
                if size == 0:
                    break
        else:
            length = headers.get("Content-Length")
            content = f.read(int(length)) if length else f.read()
        s.close()
    except OSError as e:
        raise URLError(e)
    status = int(words[1])
    if status in (301, 302, 303, 307, 308) and headers.get("Location"):
        to = headers.get("Location")
        return urlopen(to if "://" in to else "http://" + u.netloc + to, None, timeout)
    if status >= 400:
        raise HTTPError(request.full_url, status, words[2] if len(words) > 2 else "", headers, content)
    return _Answer(status, words[2] if len(words) > 2 else "", headers, content, request.full_url)
`;

export const URLLIB_ERROR = String.raw`
class URLError(OSError):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason
    def __str__(self):
        return "<urlopen error %s>" % self.reason
class HTTPError(URLError):
    def __init__(self, url, code, msg, headers, content):
        super().__init__(msg)
        self.url, self.code, self.status, self.msg, self.headers, self._content = url, code, code, msg, headers, content
    def read(self):
        return self._content
    def __str__(self):
        return "HTTP Error %d: %s" % (self.code, self.msg)
`;

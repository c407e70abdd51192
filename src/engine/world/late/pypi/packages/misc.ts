/** Small packages that examples often name. The code is ours. */
export const PYTHON_DOTENV = {
  'dotenv/__init__.py': String.raw`
import os
def dotenv_values(path=".env"):
    found = {}
    with open(path) as f:
        for line in f:
            line = line.strip()
            if line.startswith("export "):
                line = line[7:]
            key, sep, value = line.partition("=")
            if sep and not line.startswith("#"):
                value = value.strip()
                if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                    value = value[1:-1]
                found[key.strip()] = value
    return found
def load_dotenv(path=".env", override=False, **options):
    if not os.path.exists(path):
        return False
    for key, value in dotenv_values(path).items():
        if override or key not in os.environ:
            os.environ[key] = value
    return True
`,
} as const;

export const REQUESTS = {
  'requests/__init__.py': String.raw`
import json as _json, socket
__version__ = "2.32.5"

class RequestException(OSError): pass
class HTTPError(RequestException): pass
class ConnectionError(RequestException): pass
class Timeout(RequestException): pass
class exceptions:
    RequestException, HTTPError, ConnectionError, Timeout = RequestException, HTTPError, ConnectionError, Timeout

class Response:
    def __init__(self, status, reason, headers, content, url):
        self.status_code, self.reason, self.headers, self.content, self.url = status, reason, headers, content, url
        self.ok = status < 400
    @property
    def text(self):
        return self.content.decode()
    def json(self):
        return _json.loads(self.text)
    def raise_for_status(self):
        if not self.ok:
            kind = "Client" if self.status_code < 500 else "Server"
            raise HTTPError("%d %s Error: %s for url: %s" % (self.status_code, kind, self.reason, self.url))
    def __repr__(self):
        return "<Response [%d]>" % self.status_code

class _Headers(dict):
    def get(self, key, default=None):
        for name in self:
            if name.lower() == key.lower():
                return self[name]
        return default

def request(method, url, params=None, data=None, json=None, headers=None, timeout=None, allow_redirects=True, **options):
    from urllib.parse import urlencode, urlsplit
    parts = urlsplit(url)
    if parts.scheme == "https":
        raise NotImplementedError("https is not in Drydock's requests (MicroPython)")
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    if params:
        target += ("&" if "?" in target else "?") + urlencode(params)
    given = {"Host": parts.netloc, "User-Agent": "python-requests/" + __version__, "Accept-Encoding": "identity", "Accept": "*/*", "Connection": "close"}
    body = b""
    if json is not None:
        body, given["Content-Type"] = _json.dumps(json).encode(), "application/json"
    elif isinstance(data, dict):
        body, given["Content-Type"] = urlencode(data).encode(), "application/x-www-form-urlencoded"
    elif data is not None:
        body = data.encode() if isinstance(data, str) else data
    if body or method in ("POST", "PUT"):
        given["Content-Length"] = str(len(body))
    given.update(headers or {})
    try:
        s = socket.create_connection((parts.hostname, parts.port or 80), timeout)
        s.sendall(("%s %s HTTP/1.1\r\n" % (method, target) + "".join(["%s: %s\r\n" % (k, given[k]) for k in given]) + "\r\n").encode() + body)
        f = s.makefile("rb")
        status = f.readline().decode().strip().split(" ", 2)
        found = _Headers()
        while True:
            line = f.readline().decode().strip()
            if not line:
                break
            key, _, value = line.partition(":")
            found[key] = value.strip()
        if "chunked" in (found.get("Transfer-Encoding") or ""):
            content = b""
            while True:
                size = int(f.readline().decode().split(";")[0], 16)
                content += f.read(size)
                f.readline()
                if size == 0:
                    break
        elif method == "HEAD" or status[1] in ("204", "304"):
            content = b""
        else:
            length = found.get("Content-Length")
            content = f.read(int(length)) if length else f.read()
        s.close()
    except OSError as e:
        raise ConnectionError("HTTPConnectionPool(host='%s', port=%d): %s" % (parts.hostname, parts.port or 80, e))
    if allow_redirects and status[1] in ("301", "302", "303", "307", "308") and found.get("Location"):
        to = found.get("Location")
        return request("GET" if status[1] in ("301", "302", "303") else method, to if "://" in to else "http://" + parts.netloc + to, None, None, None, headers, timeout)
    return Response(int(status[1]), status[2] if len(status) > 2 else "", found, content, url)

def get(url, params=None, **options):
    return request("GET", url, params, **options)
def post(url, data=None, json=None, **options):
    return request("POST", url, None, data, json, **options)
def put(url, data=None, **options):
    return request("PUT", url, None, data, **options)
def delete(url, **options):
    return request("DELETE", url, **options)
def head(url, **options):
    return request("HEAD", url, allow_redirects=False, **options)
`,
} as const;

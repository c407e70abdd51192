/** A small Werkzeug: requests, responses, errors and the development server. Its names and what it prints are Werkzeug's; the code is ours. */
export const WERKZEUG = {
  'werkzeug/__init__.py': String.raw`
from .wrappers import Request, Response
from .serving import run_simple
`,
  'werkzeug/utils.py': String.raw`
import time

REASONS = {
    200: "OK", 201: "CREATED", 202: "ACCEPTED", 204: "NO CONTENT", 301: "MOVED PERMANENTLY", 302: "FOUND", 303: "SEE OTHER",
    304: "NOT MODIFIED", 307: "TEMPORARY REDIRECT", 308: "PERMANENT REDIRECT", 400: "BAD REQUEST", 401: "UNAUTHORIZED",
    403: "FORBIDDEN", 404: "NOT FOUND", 405: "METHOD NOT ALLOWED", 406: "NOT ACCEPTABLE", 409: "CONFLICT", 410: "GONE",
    413: "REQUEST ENTITY TOO LARGE", 415: "UNSUPPORTED MEDIA TYPE", 418: "I'M A TEAPOT", 422: "UNPROCESSABLE ENTITY",
    429: "TOO MANY REQUESTS", 500: "INTERNAL SERVER ERROR", 501: "NOT IMPLEMENTED", 502: "BAD GATEWAY", 503: "SERVICE UNAVAILABLE",
}

def reason(status):
    return REASONS.get(status, "UNKNOWN")

def http_date(seconds=None):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))

def unquote(text):
    if "%" not in text:
        return text
    out, i, data = bytearray(), 0, text.encode()
    while i < len(data):
        if data[i] == 37 and i + 2 < len(data) + 0:
            try:
                out.append(int(data[i + 1:i + 3].decode(), 16))
                i += 3
                continue
            except ValueError:
                pass
        out.append(data[i])
        i += 1
    return bytes(out).decode()

SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
def quote(text, safe="/"):
    return "".join([chr(b) if chr(b) in SAFE or chr(b) in safe else "%%%02X" % b for b in str(text).encode()])

class MultiDict(dict):
    # The first value of a name is what one sees; getlist gives all.
    def __init__(self, pairs=()):
        super().__init__()
        self._pairs = list(pairs)
        for key, value in self._pairs:
            if key not in self:
                self[key] = value
    def get(self, key, default=None, type=None):
        if key not in self:
            return default
        value = self[key]
        if type is None:
            return value
        try:
            return type(value)
        except (ValueError, TypeError):
            return default
    def getlist(self, key):
        return [value for name, value in self._pairs if name == key]
    def to_dict(self, flat=True):
        return dict((k, self[k]) for k in self)

def parse_query(text):
    pairs = []
    for part in text.split("&"):
        if part:
            key, _, value = part.partition("=")
            pairs.append((unquote(key.replace("+", " ")), unquote(value.replace("+", " "))))
    return MultiDict(pairs)

class Headers:
    def __init__(self, given=None):
        self._list = []
        if given:
            for key, value in (given.items() if hasattr(given, "items") else given):
                self.add(key, value)
    def add(self, key, value):
        self._list.append((key, str(value)))
    def set(self, key, value):
        self.remove(key)
        self.add(key, value)
    def remove(self, key):
        self._list = [(k, v) for k, v in self._list if k.lower() != key.lower()]
    def get(self, key, default=None, type=None):
        for k, v in self._list:
            if k.lower() == key.lower():
                return type(v) if type else v
        return default
    def getlist(self, key):
        return [v for k, v in self._list if k.lower() == key.lower()]
    def items(self):
        return list(self._list)
    def keys(self):
        return [k for k, _ in self._list]
    def __iter__(self):
        return iter(self._list)
    def __len__(self):
        return len(self._list)
    def __contains__(self, key):
        return self.get(key) is not None
    def __getitem__(self, key):
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value
    def __setitem__(self, key, value):
        self.set(key, value)
    def __delitem__(self, key):
        self.remove(key)
    def extend(self, more):
        for key, value in (more.items() if hasattr(more, "items") else more):
            self.set(key, value)
    update = extend
`,
  'werkzeug/exceptions.py': String.raw`
class HTTPException(Exception):
    code = 500
    name = "Internal Server Error"
    description = ""
    def __init__(self, description=None, response=None):
        super().__init__(description or self.description)
        if description is not None:
            self.description = description
        self.response = response
    def get_body(self):
        return "<!doctype html>\n<html lang=en>\n<title>%d %s</title>\n<h1>%s</h1>\n<p>%s</p>\n" % (
            self.code, self.name, self.name, self.description)
    def __str__(self):
        return "%d %s: %s" % (self.code, self.name, self.description)

TEXTS = (
    (400, "Bad Request", "The browser (or proxy) sent a request that this server could not understand."),
    (401, "Unauthorized", "The server could not verify that you are authorized to access the URL requested. You either supplied the wrong credentials (e.g. a bad password), or your browser doesn&#39;t understand how to supply the credentials required."),
    (403, "Forbidden", "You don&#39;t have the permission to access the requested resource. It is either read-protected or not readable by the server."),
    (404, "Not Found", "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again."),
    (405, "Method Not Allowed", "The method is not allowed for the requested URL."),
    (409, "Conflict", "A conflict happened while processing the request. The resource might have been modified while the request was being processed."),
    (410, "Gone", "The requested URL is no longer available on this server and there is no forwarding address."),
    (415, "Unsupported Media Type", "The server does not support the media type transmitted in the request."),
    (418, "I&#39;m a teapot", "This server is a teapot, not a coffee machine"),
    (500, "Internal Server Error", "The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application."),
    (503, "Service Unavailable", "The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later."),
)
default_exceptions = {}
for _code, _name, _text in TEXTS:
    _kind = type("".join(_name.replace("&#39;", "").split(" ")), (HTTPException,), {"code": _code, "name": _name, "description": _text})
    default_exceptions[_code] = _kind
BadRequest, Unauthorized, Forbidden, NotFound, MethodNotAllowed = [default_exceptions[c] for c in (400, 401, 403, 404, 405)]
UnsupportedMediaType, InternalServerError = default_exceptions[415], default_exceptions[500]

def abort(code, description=None, response=None):
    if not isinstance(code, int):
        raise HTTPException(None, code)
    if code not in default_exceptions:
        raise LookupError("no exception for %r" % code)
    raise default_exceptions[code](description)
`,
  'werkzeug/wrappers.py': String.raw`
import json
from .utils import Headers, MultiDict, http_date, parse_query, reason, unquote
from .exceptions import BadRequest, UnsupportedMediaType

class Request:
    def __init__(self, method, target, headers, data, remote_addr, scheme="http"):
        self.method, self.headers, self.data, self.remote_addr, self.scheme = method, headers, data, remote_addr, scheme
        path, _, query = target.partition("?")
        self.path, self.query_string = unquote(path), query.encode()
        self.full_path = self.path + "?" + query
        self.args = parse_query(query)
        self.view_args, self.endpoint, self.url_rule = {}, None, None
        self.content_type = headers.get("Content-Type")
        self.mimetype = (self.content_type or "").split(";")[0].strip().lower()
        self.content_length = headers.get("Content-Length", None, int)
        self._form = None
    @property
    def host(self):
        return self.headers.get("Host", "localhost")
    @property
    def host_url(self):
        return "%s://%s/" % (self.scheme, self.host)
    root_url = host_url
    @property
    def base_url(self):
        return "%s://%s%s" % (self.scheme, self.host, self.path)
    @property
    def url(self):
        query = self.query_string.decode()
        return self.base_url + ("?" + query if query else "")
    @property
    def form(self):
        if self._form is None:
            urlencoded = self.mimetype == "application/x-www-form-urlencoded"
            if self.mimetype == "multipart/form-data":
                raise NotImplementedError("multipart forms are not in Drydock's Flask")
            self._form = parse_query(self.data.decode()) if urlencoded else MultiDict()
        return self._form
    @property
    def values(self):
        return MultiDict(self.args._pairs + self.form._pairs)
    @property
    def cookies(self):
        found = {}
        for part in self.headers.get("Cookie", "").split(";"):
            key, sep, value = part.strip().partition("=")
            if sep:
                found[key] = value
        return found
    @property
    def user_agent(self):
        return self.headers.get("User-Agent", "")
    @property
    def is_json(self):
        return self.mimetype == "application/json" or self.mimetype.endswith("+json")
    @property
    def json(self):
        return self.get_json()
    def get_json(self, force=False, silent=False, cache=True):
        if not (force or self.is_json):
            if silent:
                return None
            raise UnsupportedMediaType("Did not attempt to load JSON data because the request Content-Type was not &#39;application/json&#39;.")
        try:
            return json.loads(self.data.decode())
        except ValueError:
            if silent:
                return None
            raise BadRequest()
    def get_data(self, cache=True, as_text=False, parse_form_data=False):
        return self.data.decode() if as_text else self.data

class Response:
    default_mimetype = "text/plain"
    def __init__(self, response=None, status=200, headers=None, mimetype=None, content_type=None):
        self.headers = Headers(headers)
        self.status_code = int(str(status).split(" ")[0])
        self.set_data(b"" if response is None else response)
        if content_type is None and mimetype is not None or self.headers.get("Content-Type") is None:
            mimetype = mimetype or self.default_mimetype
            text = mimetype.startswith("text/") or mimetype in ("application/xml", "application/javascript")
            content_type = content_type or (mimetype + "; charset=utf-8" if text else mimetype)
        if content_type is not None:
            self.headers.set("Content-Type", content_type)
    def set_data(self, value):
        if isinstance(value, str):
            value = value.encode()
        elif not isinstance(value, (bytes, bytearray)):
            value = b"".join([piece.encode() if isinstance(piece, str) else piece for piece in value])
        self.data = bytes(value)
    def get_data(self, as_text=False):
        return self.data.decode() if as_text else self.data
    @property
    def status(self):
        return "%d %s" % (self.status_code, reason(self.status_code))
    @property
    def mimetype(self):
        return self.headers.get("Content-Type", "").split(";")[0]
    @property
    def is_json(self):
        return self.mimetype == "application/json"
    @property
    def json(self):
        return json.loads(self.data.decode())
    def get_json(self, force=False, silent=False):
        return self.json
    def set_cookie(self, key, value="", max_age=None, path="/", httponly=False, **more):
        text = "%s=%s" % (key, value)
        if max_age is not None:
            text += "; Max-Age=%d" % max_age
        if httponly:
            text += "; HttpOnly"
        self.headers.add("Set-Cookie", text + "; Path=" + path)
    def delete_cookie(self, key, path="/"):
        self.headers.add("Set-Cookie", "%s=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=%s" % (key, path))
    def __repr__(self):
        return "<Response %d bytes [%s]>" % (len(self.data), self.status)
`,
  'werkzeug/serving.py': String.raw`
import socket, sys, time
from .utils import Headers, http_date, reason
from .wrappers import Request

VERSION = "3.1.3"

def log(text):
    sys.stderr.write(text + "\n")

def _address():
    # The address by which this machine sends to others: nothing is sent.
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.connect(("10.253.155.219", 58162))
        return s.getsockname()[0]
    except OSError:
        return "127.0.0.1"
    finally:
        s.close()

def read_request(sock, peer):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(8192)
        if not piece or len(data) > 65536:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3:
        return None
    headers = Headers()
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers.add(name.strip(), value.strip())
    if "chunked" in headers.get("Transfer-Encoding", ""):
        return words, None
    length = int(headers.get("Content-Length", "0"))
    if body == b"" and length and "100-continue" in headers.get("Expect", ""):
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    while len(body) < length:
        piece = sock.recv(65536)
        if not piece:
            return None
        body += piece
    return words, Request(words[0], words[1], headers, body, peer[0])

def send_response(sock, request, response):
    head = ["HTTP/1.1 %s" % response.status,
        "Server: Werkzeug/%s Python/%s" % (VERSION, sys.version.split(" ")[0]),
        "Date: " + http_date()]
    for key, value in response.headers:
        head.append("%s: %s" % (key, value))
    if response.headers.get("Content-Length") is None and response.status_code not in (204, 304):
        head.append("Content-Length: %d" % len(response.data))
    head.append("Connection: close")
    sock.sendall("\r\n".join(head + ["", ""]).encode() + (b"" if request and request.method == "HEAD" else response.data))

def handle(sock, peer, application):
    from .wrappers import Response
    sock.settimeout(10)
    try:
        found = read_request(sock, peer)
        if found is None:
            return
        words, request = found
        response = Response("chunked requests are not in Drydock's Werkzeug\n", 501) if request is None else application(request)
        send_response(sock, request, response)
        log('%s - - [%s] "%s" %d -' % (peer[0], time.strftime("%d/%b/%Y %H:%M:%S"), " ".join(words), response.status_code))
    except OSError:
        pass
    finally:
        sock.close()

def run_simple(hostname, port, application, use_reloader=False, use_debugger=False, threaded=True, processes=1, **options):
    try:
        server = socket.create_server((hostname, port))
    except OSError as e:
        if e.errno == 98:
            sys.stderr.write("Address already in use\nPort %d is in use by another program. Either identify and stop that program, or start the server with a different port.\n" % port)
            sys.exit(1)
        raise
    log("WARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead.")
    if hostname in ("0.0.0.0", "::", ""):
        log(" * Running on all addresses (%s)" % hostname)
        log(" * Running on http://127.0.0.1:%d" % port)
        log(" * Running on http://%s:%d" % (_address(), port))
    else:
        log(" * Running on http://%s:%d" % (hostname, port))
    log("Press CTRL+C to quit")
    try:
        while True:
            sock, peer = server.accept()
            handle(sock, peer, application)
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
`,
} as const;

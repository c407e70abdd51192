/** `socket`: those of the container's network namespace. */
export const SOCKET = String.raw`
import ujson, uctypes, uio
from _start import call, oserror, fail

AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6 = 0, 1, 2, 10
SOCK_STREAM, SOCK_DGRAM = 1, 2
SOL_SOCKET, SO_REUSEADDR, SO_BROADCAST, SO_KEEPALIVE, SO_REUSEPORT = 1, 2, 6, 9, 15
IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IPV6, TCP_NODELAY, IPV6_V6ONLY = 0, 6, 17, 41, 1, 26
SHUT_RD, SHUT_WR, SHUT_RDWR = 0, 1, 2
SOMAXCONN = 4096
AI_PASSIVE = 1
error = OSError
class gaierror(OSError):
    def __str__(self):
        return "[Errno %d] %s" % self.args[:2]
timeout = TimeoutError
has_ipv6 = True
_default_timeout = None

def getdefaulttimeout():
    return _default_timeout
def setdefaulttimeout(seconds):
    global _default_timeout
    _default_timeout = seconds

class socket:
    def __init__(self, family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None):
        self.family = AF_INET if family == AF_UNSPEC else family
        self.type, self.proto = type, proto
        self._fd = call("socket", self.family, type) if fileno is None else fileno
        self._timeout = _default_timeout
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.close()
    def __repr__(self):
        return "<socket.socket fd=%d, family=%d, type=%d, proto=%d>" % (self._fd, self.family, self.type, self.proto)
    def fileno(self):
        return self._fd
    def detach(self):
        fd, self._fd = self._fd, -1
        return fd
    def close(self):
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            call("close", fd)
    def settimeout(self, seconds):
        self._timeout = seconds
    def gettimeout(self):
        return self._timeout
    def setblocking(self, on):
        self._timeout = None if on else 0
    def getblocking(self):
        return self._timeout != 0
    def _ready(self, what):
        if self._timeout is not None and not call("ready", self._fd, what, self._timeout):
            if self._timeout == 0:
                fail(11)
            raise TimeoutError("timed out")
    def _address(self, address):
        if self.family == AF_UNIX:
            return address, 0
        host, port = address[0], address[1]
        if host == "":
            return ("::" if self.family == AF_INET6 else "0.0.0.0"), port
        return (host if _literal(host) else gethostbyname(host)), port
    def _shown(self, text):
        found = ujson.loads(text)
        return found if isinstance(found, str) else tuple(found)
    def bind(self, address):
        call("bind", self._fd, self.family, *self._address(address))
    def listen(self, backlog=128):
        call("listen", self._fd, backlog)
    def accept(self):
        self._ready("read")
        while True:
            try:
                fd, address = ujson.loads(call("accept", self._fd))
                break
            except InterruptedError:
                pass
        return socket(self.family, self.type, self.proto, fd), (address if isinstance(address, str) else tuple(address))
    def connect(self, address):
        call("connect", self._fd, self.family, *self._address(address))
    def connect_ex(self, address):
        try:
            self.connect(address)
            return 0
        except OSError as e:
            return e.errno
    def send(self, data, flags=0):
        return call("send", self._fd, uctypes.addressof(data), len(data)) if len(data) else 0
    def sendall(self, data, flags=0):
        view = memoryview(data)
        while len(view):
            sent = call("send", self._fd, uctypes.addressof(view), len(view))
            view = view[sent:]
    def sendto(self, data, *rest):
        return call("sendto", self._fd, uctypes.addressof(data), len(data), self.family, *self._address(rest[-1]))
    def recv_into(self, buffer, size=0, flags=0):
        self._ready("read")
        return call("recv", self._fd, uctypes.addressof(buffer), size or len(buffer))
    def recv(self, size, flags=0):
        buffer = bytearray(min(size, 65536))
        got = self.recv_into(buffer)
        return bytes(memoryview(buffer)[:got])
    def recvfrom(self, size, flags=0):
        self._ready("read")
        buffer = bytearray(min(size, 65536))
        got, address = ujson.loads(call("recvfrom", self._fd, uctypes.addressof(buffer), len(buffer)))
        return bytes(memoryview(buffer)[:got]), (address if isinstance(address, str) else tuple(address))
    def shutdown(self, how):
        call("shutdown", self._fd, ("read", "write", "both")[how])
    def setsockopt(self, level, option, value):
        call("setsockopt", self._fd, level, option, int(value) if not isinstance(value, bytes) else 1)
    def getsockopt(self, level, option, size=0):
        return 0
    def getsockname(self):
        return self._shown(call("getsockname", self._fd))
    def getpeername(self):
        return self._shown(call("getpeername", self._fd))
    def makefile(self, mode="r", buffering=None, encoding=None, errors=None, newline=None):
        return SocketFile(self, mode)

class SocketFile(uio.IOBase):
    def __init__(self, sock, mode):
        self._sock, self._text, self._held, self._end = sock, "b" not in mode, b"", False
    def _more(self):
        piece = self._sock.recv(8192)
        self._held += piece
        self._end = not piece
        return not self._end
    def _give(self, count):
        taken, self._held = self._held[:count], self._held[count:]
        return taken.decode() if self._text else taken
    def read(self, size=-1):
        while (size < 0 or len(self._held) < size) and not self._end:
            self._more()
        return self._give(len(self._held) if size < 0 else size)
    def readline(self, limit=-1):
        while b"\n" not in self._held and not self._end:
            self._more()
        at = self._held.find(b"\n")
        return self._give(len(self._held) if at < 0 else at + 1)
    def readinto(self, buffer):
        data = self._held
        if not data:
            self._more()
        data = self._held[:len(buffer)]
        self._held = self._held[len(buffer):]
        buffer[:len(data)] = data
        return len(data)
    def write(self, data):
        data = data.encode() if isinstance(data, str) else bytes(data)
        self._sock.sendall(data)
        return len(data)
    def flush(self):
        pass
    def close(self):
        pass
    def __iter__(self):
        return self
    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass

def _literal(host):
    return ":" in host or all(c in "0123456789." for c in host) and host.count(".") == 3
def _lookup(host):
    found = ujson.loads(call("lookup", host))
    if isinstance(found, str):
        raise gaierror(-3 if found.startswith("Temporary") else -2, found)
    return found
def gethostname():
    return ujson.loads(call("uname"))[1]
getfqdn = lambda name="": name or gethostname()
def gethostbyname(host):
    found = [a for a in _lookup(host) if ":" not in a] or _lookup(host)
    return found[0]
def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    addresses = _lookup(host) if host else ["0.0.0.0"]
    return [
        (AF_INET6 if ":" in a else AF_INET, type or SOCK_STREAM, proto or 6, "", (a, int(port or 0), 0, 0) if ":" in a else (a, int(port or 0)))
        for a in addresses if not family or (":" in a) == (family == AF_INET6)
    ]
def create_connection(address, timeout=None, source_address=None):
    last = None
    for family, type, proto, _, to in getaddrinfo(address[0], address[1]):
        s = socket(family, type)
        if timeout is not None:
            s.settimeout(timeout)
        try:
            s.connect(to)
            return s
        except OSError as e:
            s.close()
            last = e
    raise last
def create_server(address, family=AF_INET, backlog=128, reuse_port=False):
    s = socket(family)
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    s.bind(address)
    s.listen(backlog)
    return s
def inet_aton(text):
    return bytes([int(n) for n in text.split(".")])
def inet_ntoa(data):
    return ".".join(str(n) for n in data)
def htons(n):
    return ((n & 255) << 8) | (n >> 8)
ntohs = htons
`;

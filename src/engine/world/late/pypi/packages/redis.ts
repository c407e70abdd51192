/** A small client of Redis: its protocol over a socket, commands as methods. Its names are redis-py's; the code is ours. */
export const REDIS = {
  'redis/exceptions.py': String.raw`
class RedisError(Exception): pass
class ConnectionError(RedisError): pass
class TimeoutError(RedisError): pass
class ResponseError(RedisError): pass
class DataError(RedisError): pass
class AuthenticationError(ConnectionError): pass
`,
  'redis/__init__.py': String.raw`
import socket
from .exceptions import RedisError, ConnectionError, ResponseError, TimeoutError, DataError, AuthenticationError
from . import exceptions
__version__ = "7.1.0"

class Redis:
    def __init__(self, host="localhost", port=6379, db=0, password=None, socket_timeout=None, decode_responses=False, username=None, socket_connect_timeout=None, **options):
        self.host, self.port, self.db, self.password, self.username = host, int(port), db, password, username
        self.decode_responses, self._timeout, self._socket = decode_responses, socket_timeout, None
    @classmethod
    def from_url(cls, url, **options):
        scheme, _, rest = url.partition("://")
        if scheme != "redis":
            raise ValueError("Redis URL must specify one of the following schemes (redis://, rediss://, unix://)")
        where, _, db = rest.partition("/")
        login, at, address = where.rpartition("@")
        host, _, port = address.partition(":")
        return cls(host or "localhost", int(port or 6379), int(db or 0), login.rpartition(":")[2] or None, **options)
    def _connect(self):
        try:
            self._socket = socket.create_connection((self.host, self.port), self._timeout)
        except OSError as e:
            number = e.args[0]
            text = e.args[1] if len(e.args) > 1 else e
            if number in (-2, -3):
                raise ConnectionError("Error %d connecting to %s:%d. %s." % (number, self.host, self.port, text))
            raise ConnectionError("Error %s connecting to %s:%d. %s." % (number, self.host, self.port, text))
        self._file = self._socket.makefile("rb")
        if self.password:
            self._send(("AUTH", self.username, self.password) if self.username else ("AUTH", self.password))
        if self.db:
            self._send(("SELECT", self.db))
    def _send(self, words):
        out = [b"*%d\r\n" % len(words)]
        for word in words:
            if isinstance(word, bool) or word is None or isinstance(word, (list, dict, tuple)):
                raise DataError("Invalid input of type: '%s'. Convert to a bytes, string, int or float first." % type(word).__name__)
            data = word if isinstance(word, bytes) else str(word).encode()
            out.append(b"$%d\r\n" % len(data) + data + b"\r\n")
        try:
            self._socket.sendall(b"".join(out))
            return self._answer()
        except OSError as e:
            self.close()
            raise ConnectionError(str(e))
    def _answer(self):
        line = self._file.readline()
        if not line:
            self.close()
            raise ConnectionError("Connection closed by server.")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise ResponseError(rest.decode()[4:] if rest.startswith(b"ERR ") else rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if int(rest) < 0:
                return None
            data = self._file.read(int(rest))
            self._file.read(2)
            return data.decode() if self.decode_responses else data
        return None if int(rest) < 0 else [self._answer() for _ in range(int(rest))]
    def execute_command(self, *words):
        if self._socket is None:
            self._connect()
        return self._send(words)
    def close(self):
        if self._socket is not None:
            self._socket.close()
            self._socket = None
    def ping(self):
        return self.execute_command("PING") == "PONG"
    def set(self, name, value, ex=None, px=None, nx=False, xx=False):
        words = ["SET", name, value]
        if ex is not None:
            words += ["EX", ex]
        if px is not None:
            words += ["PX", px]
        if nx:
            words.append("NX")
        if xx:
            words.append("XX")
        return True if self.execute_command(*words) == "OK" else None
    def incr(self, name, amount=1):
        return self.execute_command("INCRBY", name, amount)
    def decr(self, name, amount=1):
        return self.execute_command("DECRBY", name, amount)
    incrby, decrby = incr, decr
    def delete(self, *names):
        return self.execute_command("DEL", *names)
    def exists(self, *names):
        return self.execute_command("EXISTS", *names)
    def expire(self, name, seconds):
        return bool(self.execute_command("EXPIRE", name, seconds))
    def hset(self, name, key=None, value=None, mapping=None):
        words = [] if key is None else [key, value]
        for k in mapping or ():
            words += [k, mapping[k]]
        return self.execute_command("HSET", name, *words)
    def hgetall(self, name):
        flat = self.execute_command("HGETALL", name)
        return dict((flat[i], flat[i + 1]) for i in range(0, len(flat), 2))
    def smembers(self, name):
        return set(self.execute_command("SMEMBERS", name))
    def flushdb(self):
        return self.execute_command("FLUSHDB") == "OK"
    def flushall(self):
        return self.execute_command("FLUSHALL") == "OK"
    def info(self, section=None):
        found = {}
        text = self.execute_command("INFO", *([section] if section else []))
        for line in (text if isinstance(text, str) else text.decode()).split("\r\n"):
            key, sep, value = line.partition(":")
            if sep:
                found[key] = int(value) if value.isdigit() else value
        return found
    def scan_iter(self, match="*", count=None):
        return iter(self.keys(match))
    def keys(self, pattern="*"):
        return self.execute_command("KEYS", pattern)
    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value
    def __setitem__(self, name, value):
        self.set(name, value)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.close()

def _command(word):
    return lambda self, *args: self.execute_command(word, *args)
for _name in "get getset append strlen ttl pttl persist type rename dbsize echo mget hget hdel hexists hkeys hvals hlen hincrby hmget lpush rpush lpop rpop llen lrange lindex sadd srem scard sismember zscore zcard zrem zincrby zrange publish".split(" "):
    setattr(Redis, _name, _command(_name.upper()))
StrictRedis = Redis
def from_url(url, **options):
    return Redis.from_url(url, **options)
`,
} as const;

/** `os` and `os.path`, on the kernel's calls. */
export const OS = String.raw`
import uos, usys, ujson
from _start import call, oserror, fail
from ucollections import namedtuple
import _path as path
usys.modules["os.path"] = path

name, sep, altsep, curdir, pardir, linesep, pathsep, devnull, extsep = "posix", "/", None, ".", "..", "\n", ":", "/dev/null", "."
O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK = 0, 1, 2, 64, 128, 512, 1024, 2048
F_OK, R_OK, W_OK, X_OK = 0, 4, 2, 1
SEEK_SET, SEEK_CUR, SEEK_END = 0, 1, 2
error = OSError

def fspath(p):
    return p if isinstance(p, (str, bytes)) else str(p)

class _Environ(dict):
    def __setitem__(self, key, value):
        if not isinstance(value, str):
            raise TypeError("str expected, not " + type(value).__name__)
        call("setenv", key, value)
        super().__setitem__(key, value)
    def __delitem__(self, key):
        call("setenv", key, None)
        super().__delitem__(key)

environ = _Environ()
environ.update(ujson.loads(call("environment")))

def getenv(key, default=None):
    return environ.get(key, default)
def putenv(key, value):
    environ[key] = value
def unsetenv(key):
    environ.pop(key, None)

def _on(name, function, *args):
    try:
        return function(*args)
    except OSError as e:
        raise oserror(e.errno, None, name) from None

stat_result = namedtuple("stat_result", (
    "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime", "st_ctime"))

def _stat(how, p):
    return stat_result(*ujson.loads(_on(p, call, how, p)))
def stat(p, follow_symlinks=True):
    return _stat("stat" if follow_symlinks else "lstat", p if isinstance(p, int) else fspath(p))
def lstat(p):
    return _stat("lstat", fspath(p))
def fstat(fd):
    return _stat("stat", fd)

def listdir(p="."):
    return ujson.loads(_on(p, call, "listdir", fspath(p)))

class DirEntry:
    def __init__(self, directory, name):
        self.name, self.path = name, path.join(directory, name)
    def is_dir(self, follow_symlinks=True):
        return path.isdir(self.path)
    def is_file(self, follow_symlinks=True):
        return path.isfile(self.path)
    def is_symlink(self):
        return path.islink(self.path)
    def stat(self, follow_symlinks=True):
        return stat(self.path, follow_symlinks)
    def __repr__(self):
        return "<DirEntry %r>" % self.name

class scandir:
    def __init__(self, p="."):
        self._entries = iter([DirEntry(fspath(p), name) for name in listdir(p)])
    def __iter__(self):
        return self
    def __next__(self):
        return next(self._entries)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass
    def close(self):
        pass

def walk(top, topdown=True, onerror=None, followlinks=False):
    top = fspath(top)
    try:
        names = listdir(top)
    except OSError as e:
        if onerror:
            onerror(e)
        return
    dirs = [n for n in names if path.isdir(path.join(top, n))]
    files = [n for n in names if n not in dirs]
    if topdown:
        yield top, dirs, files
    for n in dirs:
        if followlinks or not path.islink(path.join(top, n)):
            yield from walk(path.join(top, n), topdown, onerror, followlinks)
    if not topdown:
        yield top, dirs, files

def getcwd():
    return uos.getcwd()
def chdir(p):
    _on(p, uos.chdir, fspath(p))
def mkdir(p, mode=0o777):
    _on(p, call, "mkdir", fspath(p), mode)
def makedirs(p, mode=0o777, exist_ok=False):
    p = fspath(p)
    head, tail = path.split(p.rstrip("/") or "/")
    if head and tail and not path.exists(head):
        makedirs(head, mode, True)
    try:
        mkdir(p, mode)
    except OSError:
        if not exist_ok or not path.isdir(p):
            raise
def rmdir(p):
    _on(p, uos.rmdir, fspath(p))
def remove(p):
    _on(p, call, "unlink", fspath(p))
unlink = remove
def rename(a, b):
    _on(a, uos.rename, fspath(a), fspath(b))
replace = rename
def symlink(a, b):
    _on(b, call, "symlink", fspath(a), fspath(b))
def link(a, b):
    _on(a, call, "link", fspath(a), fspath(b))
def readlink(p):
    return _on(p, call, "readlink", fspath(p))
def chmod(p, mode):
    _on(p, call, "chmod", fspath(p), mode)
def chown(p, uid, gid):
    _on(p, call, "chown", fspath(p), uid, gid)
def access(p, mode):
    return call("access", fspath(p), mode) == 1
def umask(mask):
    return call("umask", mask)
def truncate(p, length):
    _on(p, call, "truncate", fspath(p), length)

def getpid():
    return call("getpid")
def getppid():
    return call("getppid")
def getuid():
    return call("getuid")
def geteuid():
    return call("geteuid")
def getgid():
    return call("getgid")
def getegid():
    return call("getegid")
def getlogin():
    return environ.get("USER") or "root"
def kill(pid, number):
    call("kill", pid, number)
def cpu_count():
    return call("cpu_count")
process_cpu_count = cpu_count
def urandom(n):
    b = bytearray(n)
    call("random", __import__("uctypes").addressof(b), n)
    return bytes(b)
def uname():
    return namedtuple("uname_result", ("sysname", "nodename", "release", "version", "machine"))(*ujson.loads(call("uname")))
def isatty(fd):
    return call("isatty", fd) == 1
def close(fd):
    call("close", fd)
def get_terminal_size(fd=1):
    return namedtuple("terminal_size", ("columns", "lines"))(80, 24)

def system(command):
    return call("system", command) << 8
def popen(command, mode="r"):
    import uio, subprocess
    return uio.StringIO(subprocess.run(command, shell=True, stdout=subprocess.PIPE, text=True).stdout)
def _exit(status):
    call("exit_now", status)
def abort():
    call("kill", call("getpid"), 6)

def _refused(what):
    def refuse(*args, **named):
        raise NotImplementedError("os.%s is not simulated in Drydock's Python" % what)
    return refuse
for _name in ("fork", "execv", "execve", "execvp", "execl", "execlp", "wait", "waitpid", "pipe", "dup2", "setuid", "setgid", "nice"):
    globals()[_name] = _refused(_name)
`;

/** `os.path` (posixpath). */
export const PATH = String.raw`
import uos
from _start import call

sep, curdir, pardir, extsep, altsep = "/", ".", "..", ".", None

def _p(p):
    return p if isinstance(p, str) else str(p)
def join(a, *more):
    a = _p(a)
    for p in more:
        p = _p(p)
        if p.startswith("/"):
            a = p
        elif not a or a.endswith("/"):
            a += p
        else:
            a += "/" + p
    return a
def split(p):
    p = _p(p)
    i = p.rfind("/") + 1
    head, tail = p[:i], p[i:]
    if head and head != "/" * len(head):
        head = head.rstrip("/")
    return head, tail
def basename(p):
    return split(p)[1]
def dirname(p):
    return split(p)[0]
def splitext(p):
    p = _p(p)
    i = p.rfind(".")
    start = p.rfind("/") + 1
    while start < i and p[start] == ".":
        start += 1
    return (p[:i], p[i:]) if i > start else (p, "")
def isabs(p):
    return _p(p).startswith("/")
def normpath(p):
    p = _p(p)
    if not p:
        return "."
    lead = "/" if p.startswith("/") else ""
    parts = []
    for part in p.split("/"):
        if part in ("", "."):
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".." or not lead:
            parts.append(part)
    return lead + "/".join(parts) or "."
def abspath(p):
    p = _p(p)
    return normpath(p if isabs(p) else join(uos.getcwd(), p))
def realpath(p):
    return call("realpath", abspath(p))
def relpath(p, start="."):
    a, b = [x for x in abspath(start).split("/") if x], [x for x in abspath(p).split("/") if x]
    i = 0
    while i < len(a) and i < len(b) and a[i] == b[i]:
        i += 1
    return "/".join([".."] * (len(a) - i) + b[i:]) or "."
def commonprefix(names):
    if not names:
        return ""
    low, high = min(names), max(names)
    for i in range(len(low)):
        if low[i] != high[i]:
            return low[:i]
    return low
def exists(p):
    return call("exists", p if isinstance(p, int) else _p(p)) == 1
def lexists(p):
    return call("mode", _p(p), 0) != 0
def isdir(p):
    return call("mode", _p(p), 1) & 0o170000 == 0o040000
def isfile(p):
    return call("mode", _p(p), 1) & 0o170000 == 0o100000
def islink(p):
    return call("mode", _p(p), 0) & 0o170000 == 0o120000
def ismount(p):
    return normpath(p) == "/"
def getsize(p):
    import os
    return os.stat(p).st_size
def getmtime(p):
    import os
    return os.stat(p).st_mtime
def expanduser(p):
    p = _p(p)
    if p == "~" or p.startswith("~/"):
        import os
        return (os.environ.get("HOME") or "/root").rstrip("/") + p[1:]
    return p
def expandvars(p):
    import os, re
    return re.sub(r"\$(\w+|\{[^}]*\})", lambda m: os.environ.get(m.group(1).strip("{}"), m.group(0)), _p(p))
`;

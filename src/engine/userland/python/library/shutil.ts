/** `shutil`, `glob` and `tempfile`. */
export const SHUTIL = String.raw`
import os
class Error(OSError): pass
def copyfileobj(source, target, length=65536):
    while True:
        piece = source.read(length)
        if not piece:
            return
        target.write(piece)
def copyfile(source, target, follow_symlinks=True):
    with open(source, "rb") as a:
        with open(target, "wb") as b:
            copyfileobj(a, b)
    return target
def copy(source, target, follow_symlinks=True):
    if os.path.isdir(target):
        target = os.path.join(target, os.path.basename(source))
    copyfile(source, target)
    os.chmod(target, os.stat(source).st_mode & 0o7777)
    return target
copy2 = copy
def copytree(source, target, dirs_exist_ok=False, **options):
    os.makedirs(target, exist_ok=dirs_exist_ok)
    for name in os.listdir(source):
        a, b = os.path.join(source, name), os.path.join(target, name)
        copytree(a, b, dirs_exist_ok) if os.path.isdir(a) else copy(a, b)
    return target
def rmtree(path, ignore_errors=False, onerror=None):
    try:
        for name in os.listdir(path):
            inner = os.path.join(path, name)
            rmtree(inner) if os.path.isdir(inner) and not os.path.islink(inner) else os.remove(inner)
        os.rmdir(path)
    except OSError:
        if not ignore_errors:
            raise
def move(source, target):
    if os.path.isdir(target):
        target = os.path.join(target, os.path.basename(source))
    try:
        os.rename(source, target)
    except OSError:
        copytree(source, target) if os.path.isdir(source) else copy(source, target)
        rmtree(source) if os.path.isdir(source) else os.remove(source)
    return target
def which(name, mode=1, path=None):
    if "/" in name:
        return name if os.access(name, mode) else None
    for directory in (path or os.environ.get("PATH", "")).split(":"):
        full = os.path.join(directory, name)
        if os.path.isfile(full) and os.access(full, mode):
            return full
    return None
def get_terminal_size(fallback=(80, 24)):
    return os.get_terminal_size()
`;

export const GLOB = String.raw`
import os, fnmatch
def glob(pattern, recursive=False, root_dir=None):
    head, tail = os.path.split(pattern)
    if not any(c in pattern for c in "*?["):
        return [pattern] if os.path.lexists(pattern) else []
    if recursive and tail == "**":
        return [os.path.join(where, name) for where, dirs, files in os.walk(head or ".") for name in dirs + files]
    found = []
    for directory in glob(head, recursive) if any(c in head for c in "*?[") else [head]:
        if directory and not os.path.isdir(directory):
            continue
        for name in sorted(os.listdir(directory or ".")):
            if fnmatch.fnmatch(name, tail) and (tail.startswith(".") or not name.startswith(".")):
                found.append(os.path.join(directory, name) if directory else name)
    return found
def iglob(pattern, **options):
    return iter(glob(pattern, **options))
`;

export const TEMPFILE = String.raw`
import os
def gettempdir():
    return os.environ.get("TMPDIR") or "/tmp"
def _name(prefix, suffix, directory):
    letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
    return os.path.join(directory or gettempdir(), prefix + "".join([letters[b % 37] for b in os.urandom(8)]) + suffix)
def mkdtemp(suffix="", prefix="tmp", dir=None):
    path = _name(prefix, suffix, dir)
    os.mkdir(path, 0o700)
    return path
class TemporaryDirectory:
    def __init__(self, suffix="", prefix="tmp", dir=None):
        self.name = mkdtemp(suffix, prefix, dir)
    def cleanup(self):
        import shutil
        shutil.rmtree(self.name, True)
    def __enter__(self):
        return self.name
    def __exit__(self, *error):
        self.cleanup()
class NamedTemporaryFile:
    def __init__(self, mode="w+b", suffix="", prefix="tmp", dir=None, delete=True, **options):
        self.name, self._delete = _name(prefix, suffix, dir), delete
        self._file = open(self.name, mode)
    def __getattr__(self, key):
        return getattr(self._file, key)
    def close(self):
        self._file.close()
        if self._delete and os.path.exists(self.name):
            os.remove(self.name)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.close()
TemporaryFile = NamedTemporaryFile
`;

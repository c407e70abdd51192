#!/usr/bin/env python3
"""Runs sequences of file operations on the Linux kernel's own overlayfs.

Each line of standard input is a JSON object {lower, upper, operations}; each line of output tells what
every operation gave, and what the merged tree and the upper directory hold then. It works in a mount
namespace and a tmpfs of its own and leaves nothing behind.
"""
import ctypes
import errno
import json
import os
import stat
import sys
import tempfile

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x20000
MS_RDONLY, MS_REMOUNT, MS_REC, MS_PRIVATE, MNT_DETACH = 1, 0x20, 0x4000, 0x40000, 2
AT_FDCWD, AT_SYMLINK_FOLLOW, AT_EMPTY_PATH = -100, 0x400, 0x1000
OPTIONS = "redirect_dir=nofollow,index=off,metacopy=off,xino=off"
SETTINGS = ("protected_symlinks", "protected_hardlinks", "protected_regular", "protected_fifos")
LONG_AGO = 1_500_000_000
BOOKKEEPING = ("origin", "impure", "nlink", "uuid")
RENAME_FLAGS = {"noReplace": 1, "exchange": 2, "whiteout": 4}
FALLOC = {"allocate": 0, "keep size": 1, "punch hole": 3, "zero range": 16}


def checked(result):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def mount(source, target, kind, flags=0, data=""):
    if libc.mount(source.encode(), target.encode(), kind.encode(), flags, data.encode()) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), target)


def umount(target):
    if libc.umount2(target.encode(), MNT_DETACH) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), target)


def build(directory, nodes, private):
    """Makes a tree: files first, then what changes the directories that hold them."""
    for node in nodes:
        path = directory + node["path"]
        kind = node["kind"]
        if kind == "directory":
            os.mkdir(path)
            if node.get("opaque"):
                os.setxattr(path, f"{private}opaque", node["opaque"].encode())
        elif kind == "file":
            with open(path, "wb") as file:
                file.write(node["data"].encode())
        elif kind == "link":
            os.symlink(node["target"], path)
        elif kind == "hardlink":
            os.link(directory + node["target"], path)
        elif kind == "xwhiteout":
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            os.setxattr(path, f"{private}whiteout", b"y")
        elif kind == "whiteout":
            os.mknod(path, stat.S_IFCHR, 0)
        else:
            os.mknod(path, node["type"], os.makedev(1, 3))
    for node in reversed(nodes):
        path = directory + node["path"]
        if node["kind"] == "hardlink":
            continue
        if node["kind"] != "whiteout":
            os.lchown(path, node["uid"], node["gid"])
            if node["kind"] != "link":
                os.chmod(path, node["mode"])
        for name, value in node.get("xattrs", {}).items():
            os.setxattr(path, name, value.encode(), follow_symlinks=False)
    for node in reversed(nodes):
        if node["kind"] != "hardlink":
            seconds = node["mtime"]
            os.utime(directory + node["path"], (seconds, seconds), follow_symlinks=False)
    os.utime(directory, (1000, 1000))


def code_of(error):
    """The error's name, of two names the one that the engine uses."""
    if error.errno == errno.EOPNOTSUPP:
        return "EOPNOTSUPP"
    return errno.errorcode.get(error.errno, "none")


def when(seconds):
    return seconds if seconds < LONG_AGO else "now"


class Inodes:
    """The n-th distinct inode is the n-th on both sides."""

    def __init__(self):
        self.seen = {}

    def number(self, found):
        return self.seen.setdefault((found.st_dev, found.st_ino), len(self.seen))


def describe(found, inodes):
    is_directory = stat.S_ISDIR(found.st_mode)
    return {
        "mode": found.st_mode,
        "nlink": found.st_nlink,
        "uid": found.st_uid,
        "gid": found.st_gid,
        "rdev": found.st_rdev,
        "size": -1 if is_directory else found.st_size,
        "mtime": when(int(found.st_mtime)),
        "ino": inodes.number(found),
    }


def xattrs(path):
    """All but what only an upper layer's bookkeeping needs."""
    shown = {}
    for name in sorted(os.listxattr(path, follow_symlinks=False)):
        if name.startswith(("trusted.overlay.", "user.overlay.")):
            if name.split(".overlay.", 1)[1] in BOOKKEEPING:
                continue
        shown[name] = os.getxattr(path, name, follow_symlinks=False).decode()
    return shown


def dump(directory, inodes, prefix=""):
    rows = []
    for entry in sorted(os.listdir(directory + (prefix or "/"))):
        path = prefix + "/" + entry
        full = directory + path
        try:
            found = os.lstat(full)
        except OSError as error:
            rows.append([path, code_of(error)])
            continue
        if stat.S_ISCHR(found.st_mode) and found.st_rdev == 0:
            # The kernel shares one whiteout inode among all.
            rows.append([path, {"whiteout": True, "mode": found.st_mode, "uid": found.st_uid}])
            continue
        row = describe(found, inodes)
        row["xattrs"] = xattrs(full)
        if stat.S_ISREG(found.st_mode):
            with open(full, "rb") as file:
                row["data"] = file.read().decode("latin-1")
        elif stat.S_ISLNK(found.st_mode):
            row["target"] = os.readlink(full)
        rows.append([path, row])
        if stat.S_ISDIR(found.st_mode):
            rows.extend(dump(directory, inodes, path))
    return rows


FLAGS = {
    "c": os.O_CREAT,
    "x": os.O_EXCL,
    "t": os.O_TRUNC,
    "a": os.O_APPEND,
    "d": os.O_DIRECTORY,
    "l": os.O_NOFOLLOW,
}


def open_flags(letters):
    reads, writes = "r" in letters, "w" in letters or "a" in letters
    flags = os.O_RDWR if reads and writes else os.O_WRONLY if writes else os.O_RDONLY
    for letter, flag in FLAGS.items():
        if letter in letters:
            flags |= flag
    return flags | os.O_NONBLOCK | os.O_NOCTTY


def perform(o, held, inodes):
    op = o["op"]
    if op == "put":
        fd = os.open(o["path"], open_flags(o["flags"]), o["mode"])
        try:
            return os.write(fd, o["data"].encode())
        finally:
            os.close(fd)
    if op == "get":
        fd = os.open(o["path"], open_flags("r"))
        try:
            return os.read(fd, 4096).decode("latin-1")
        finally:
            os.close(fd)
    if op == "list":
        with os.scandir(o["path"]) as entries:
            return [[e.name, kind_of(e), tells_inode(e)] for e in entries]
    if op == "stat":
        return describe(os.stat(o["path"], follow_symlinks=o["follow"]), inodes)
    if op == "access":
        if not os.access(o["path"], o["wanted"], effective_ids=True):
            raise OSError(0, "no access")
        return None
    if op == "truncate":
        return os.truncate(o["path"], o["size"])
    if op == "chmod":
        return os.chmod(o["path"], o["mode"])
    if op == "chown":
        return os.chown(o["path"], o["uid"], o["gid"], follow_symlinks=o["follow"])
    if op == "mkdir":
        return os.mkdir(o["path"], o["mode"])
    if op == "rmdir":
        return os.rmdir(o["path"])
    if op == "unlink":
        return os.unlink(o["path"])
    if op == "rename":
        flags = sum(RENAME_FLAGS[name] for name in o["flags"])
        return checked(libc.renameat2(AT_FDCWD, o["from"].encode(), AT_FDCWD, o["to"].encode(), flags))
    if op == "link":
        follow = AT_SYMLINK_FOLLOW if o["follow"] else 0
        return checked(libc.linkat(AT_FDCWD, o["from"].encode(), AT_FDCWD, o["to"].encode(), follow))
    if op == "remount":
        return mount("none", "/", "none", MS_REMOUNT | (MS_RDONLY if o["readonly"] else 0))
    if op == "tmpfile":
        fd = os.open(o["path"], os.O_TMPFILE | os.O_RDWR, o["mode"])
        try:
            os.write(fd, o["data"].encode())
            if o["to"]:
                # As root: from a process without /proc the file has no other name.
                checked(libc.linkat(fd, b"", AT_FDCWD, o["to"].encode(), AT_EMPTY_PATH))
            return describe(os.fstat(fd), inodes)
        finally:
            os.close(fd)
    if op == "symlink":
        return os.symlink(o["target"], o["path"])
    if op == "readlink":
        return os.readlink(o["path"])
    if op == "mknod":
        return os.mknod(o["path"], o["mode"], o["rdev"])
    if op == "utimens":
        return os.utime(o["path"], (o["mtime"], o["mtime"]), follow_symlinks=o["follow"])
    if op == "setxattr":
        return os.setxattr(o["path"], o["name"], o["value"].encode())
    if op == "getxattr":
        return os.getxattr(o["path"], o["name"]).decode()
    if op == "removexattr":
        return os.removexattr(o["path"], o["name"])
    if op == "listxattr":
        return sorted(os.listxattr(o["path"]))
    slot = o["slot"]
    if op == "hold":
        fd = os.open(o["path"], open_flags(o["flags"]), o["mode"])
        if slot in held:
            os.close(held[slot])
        held[slot] = fd
        return None
    if slot not in held:
        return None
    fd = held[slot]
    if op == "fread":
        return os.pread(fd, 4096, 0).decode("latin-1")
    if op == "fwrite":
        return os.write(fd, o["data"].encode())
    if op == "fstat":
        return describe(os.fstat(fd), inodes)
    if op == "fchmod":
        return os.fchmod(fd, o["mode"])
    if op == "ftruncate":
        return os.ftruncate(fd, o["size"])
    if op == "fallocate":
        return checked(libc.fallocate(fd, FALLOC[o["kind"]], ctypes.c_long(o["position"]), ctypes.c_long(o["length"])))
    if op == "seek":
        return os.lseek(fd, o["position"], os.SEEK_DATA if o["what"] == "data" else os.SEEK_HOLE)
    if op == "close":
        os.close(held.pop(slot))
        return None
    raise ValueError(op)


def tells_inode(entry):
    """Whether a file's number in the directory is the one that stat shows; a directory's need not be."""
    return entry.is_dir(follow_symlinks=False) or entry.inode() == entry.stat(follow_symlinks=False).st_ino


def kind_of(entry):
    """The type that the directory itself tells."""
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    if entry.is_file(follow_symlinks=False):
        return "file"
    return "special"


def attempt(operation, held, inodes):
    as_user = operation.get("user")
    if as_user:
        os.setegid(1000)
        os.seteuid(1000)
    try:
        return {"value": perform(operation, held, inodes)}
    except OSError as error:
        return {"error": code_of(error)}
    finally:
        if as_user:
            os.seteuid(0)
            os.setegid(0)


def run(sequence, scratch, top):
    os.mkdir(scratch)
    names = [f"{scratch}/l{i}" for i in range(len(sequence["lower"]))]
    merged, upper, work = (f"{scratch}/{name}" for name in ("m", "u", "w"))
    for name in [*names, merged, upper, work]:
        os.mkdir(name)
    apart = [name for i, name in enumerate(names) if i in sequence["apart"]]
    for name in apart:
        mount("apart", name, "tmpfs", 0, "mode=755")
    private = "user.overlay." if sequence["userxattr"] else "trusted.overlay."
    for name, nodes in zip(names, sequence["lower"]):
        build(name, nodes, private)
    build(upper, sequence["upper"] or [], private)
    options = "lowerdir=" + ":".join(names)
    if sequence["userxattr"]:
        options = "userxattr," + options
    if sequence["upper"] is not None:
        options += f",upperdir={upper},workdir={work}"
    mount("overlay", merged, "overlay", 0, f"{options},{OPTIONS}")
    held, inodes = {}, Inodes()
    os.chroot(merged)
    os.chdir("/")
    try:
        results = [attempt(operation, held, inodes) for operation in sequence["operations"]]
        tree = dump("", inodes)
    finally:
        for fd in held.values():
            os.close(fd)
        os.fchdir(top)
        os.chroot(".")
    umount(merged)
    for name in apart:
        umount(name)
    return {"results": results, "merged": tree, "upper": dump(upper, Inodes())}


def setting(name):
    with open("/proc/sys/fs/" + name) as file:
        return int(file.read())


def main():
    os.umask(0o022)
    os.setgroups([])
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    mount("none", "/", "none", MS_REC | MS_PRIVATE)
    base = tempfile.mkdtemp(prefix="overlay-")
    try:
        mount("overlay-test", base, "tmpfs")
        top = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        print(json.dumps({"ready": True, "sysctl": {name: setting(name) for name in SETTINGS}}), flush=True)
        for count, line in enumerate(sys.stdin):
            if count % 50 == 49:
                # Thrown away whole, which is quicker than file by file.
                umount(base)
                mount("overlay-test", base, "tmpfs")
            print(json.dumps(run(json.loads(line), f"{base}/{count}", top)), flush=True)
    finally:
        os.chdir("/")
        libc.umount2(base.encode(), MNT_DETACH)
        os.rmdir(base)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        print(json.dumps({"ready": False, "reason": str(error)}), flush=True)
        raise

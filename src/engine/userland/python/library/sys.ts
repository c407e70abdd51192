/** `sys`: MicroPython's, with what it says of itself as the image's Python would, but for whose interpreter it is. */
export const SYS = String.raw`
from usys import *
import usys, ujson
from _start import call
from ucollections import namedtuple

_facts = ujson.loads(call("facts"))
_parts = [int(part) for part in _facts["version"].split(".")]
version = _facts["version"] + " (" + _facts["build"] + ") \n[MicroPython " + ".".join(str(n) for n in usys.implementation[1][:3]) + "]"
version_info = namedtuple("version_info", ("major", "minor", "micro", "releaselevel", "serial"))(*(_parts + ["final", 0]))
hexversion = (_parts[0] << 24) | (_parts[1] << 16) | (_parts[2] << 8) | 0xf0
platform = "linux2" if _parts[0] == 2 else "linux"
byteorder = "little"
maxsize = 9223372036854775807
maxunicode = 0x10ffff
executable = _facts["executable"]
prefix = base_prefix = exec_prefix = base_exec_prefix = "/usr/local"
copyright = "Copyright (c) 2001 Python Software Foundation."
argv, path, modules = usys.argv, usys.path, usys.modules
stdin, stdout, stderr = usys.stdin, usys.stdout, usys.stderr
__stdin__, __stdout__, __stderr__ = stdin, stdout, stderr
builtin_module_names = ("builtins", "sys")
dont_write_bytecode = True
flags = namedtuple("flags", ("debug", "inspect", "interactive", "optimize"))(0, 0, 0, 0)

def exit(code=None):
    raise SystemExit(code)
def getdefaultencoding():
    return "utf-8"
def getfilesystemencoding():
    return "utf-8"
def getrecursionlimit():
    return 1000
def setrecursionlimit(limit):
    pass
def intern(text):
    return text
def exc_info():
    raise NotImplementedError("sys.exc_info is not in Drydock's Python (MicroPython): use the exception that except gives")
`;

/**
 * The module that begins a process of Python: what CPython has and MicroPython has not is put in place, then the program runs.
 * Python's own names and messages; the code is ours.
 */
export const START = String.raw`
import builtins, usys, uos, gc
import _kernel

def call(name, *args):
    r = _kernel(name, *args)
    # Looking at the result is also where a signal that came meanwhile is noticed.
    if r is True:
        fail(_kernel("errno"))
    return r

class Numbered(OSError):
    # MicroPython shows the arguments as they are.
    def __str__(self):
        a = self.args
        if len(a) < 2:
            return str(a[0]) if a else ""
        return "[Errno %s] %s" % (a[0], a[1]) + (": %r" % a[2] if len(a) > 2 else "")
    @property
    def strerror(self):
        return self.args[1] if len(self.args) > 1 else None
    @property
    def filename(self):
        return self.args[2] if len(self.args) > 2 else None

PlainOSError = type("OSError", (Numbered,), {})
class FileExistsError(Numbered): pass
class FileNotFoundError(Numbered): pass
class IsADirectoryError(Numbered): pass
class NotADirectoryError(Numbered): pass
class PermissionError(Numbered): pass
class ProcessLookupError(Numbered): pass
class ChildProcessError(Numbered): pass
class InterruptedError(Numbered): pass
class TimeoutError(Numbered): pass
class BlockingIOError(Numbered): pass
class ConnectionError(Numbered): pass
class BrokenPipeError(ConnectionError): pass
class ConnectionAbortedError(ConnectionError): pass
class ConnectionRefusedError(ConnectionError): pass
class ConnectionResetError(ConnectionError): pass

BY_NUMBER = {
    17: FileExistsError, 2: FileNotFoundError, 21: IsADirectoryError, 20: NotADirectoryError,
    13: PermissionError, 1: PermissionError, 3: ProcessLookupError, 10: ChildProcessError,
    4: InterruptedError, 110: TimeoutError, 11: BlockingIOError, 115: BlockingIOError,
    32: BrokenPipeError, 103: ConnectionAbortedError, 111: ConnectionRefusedError, 104: ConnectionResetError,
}

def oserror(number, text=None, name=None):
    if text is None:
        text = _kernel("strerror", number)
    kind = BY_NUMBER.get(number, PlainOSError)
    error = kind(number, text) if name is None else kind(number, text, name)
    return error

def fail(number, text=None, name=None):
    raise oserror(number, text, name)

class Warning(Exception): pass
class UserWarning(Warning): pass
class DeprecationWarning(Warning): pass
class RuntimeWarning(Warning): pass
class RecursionError(RuntimeError): pass

for kind in (
    FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError, ProcessLookupError,
    ChildProcessError, InterruptedError, TimeoutError, BlockingIOError, ConnectionError, BrokenPipeError,
    ConnectionAbortedError, ConnectionRefusedError, ConnectionResetError,
    Warning, UserWarning, DeprecationWarning, RuntimeWarning,
):
    setattr(builtins, kind.__name__, kind)
builtins.ModuleNotFoundError = ImportError
builtins.RecursionError = RuntimeError
builtins.EnvironmentError = builtins.IOError = OSError

raw_open = builtins.open

def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
    if isinstance(file, str) or isinstance(file, int):
        name = file
    else:
        name = str(file)
    plain = mode.replace("t", "")
    if "x" in plain:
        if call("exists", name):
            fail(17, None, name)
        plain = plain.replace("x", "w")
    try:
        if isinstance(name, str) and call("isdir", name):
            fail(21, None, name)
        return raw_open(name, plain)
    except OSError as error:
        raise oserror(error.errno, None, name) from None

def input(prompt=""):
    usys.stdout.write(str(prompt))
    line = call("readline")
    if line is None:
        raise EOFError("EOF when reading a line")
    return line[:-1] if line.endswith("\n") else line

raw_print = builtins.print

def print(*args, sep=" ", end="\n", file=None, flush=False):
    if file is None:
        shown = usys.modules["sys"].stdout if "sys" in usys.modules else usys.stdout
        file = None if shown is usys.stdout else shown
    sep, end = " " if sep is None else sep, "\n" if end is None else end
    if file is None:
        raw_print(*args, sep=sep, end=end)
    else:
        text = sep.join([str(a) for a in args]) + end
        file.write(text)
    if flush:
        (usys.stdout if file is None else file).flush()

class Quitter:
    def __init__(self, name):
        self.name = name
    def __repr__(self):
        return "Use %s() or Ctrl-D (i.e. EOF) to exit" % self.name
    def __call__(self, code=None):
        raise SystemExit(code)

builtins.open = open
builtins.print = print
builtins.input = input
builtins.exit = Quitter("exit")
builtins.quit = Quitter("quit")

if _kernel("old"):
    builtins.xrange, builtins.raw_input, builtins.unicode, builtins.long, builtins.unichr = range, input, str, int, chr
    builtins.StandardError = Exception
`;

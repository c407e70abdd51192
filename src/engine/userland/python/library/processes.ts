/** `subprocess`, `threading` and what goes with them. */
export const SUBPROCESS = String.raw`
import ujson
from _start import call as door, oserror

PIPE, STDOUT, DEVNULL = -1, -2, -3
class SubprocessError(Exception): pass
class CalledProcessError(SubprocessError):
    def __init__(self, returncode, cmd, output=None, stderr=None):
        super().__init__(returncode, cmd)
        self.returncode, self.cmd, self.output, self.stdout, self.stderr = returncode, cmd, output, output, stderr
    def __str__(self):
        if self.returncode < 0:
            return "Command '%s' died with <Signals.%d>." % (self.cmd, -self.returncode)
        return "Command '%s' returned non-zero exit status %d." % (self.cmd, self.returncode)
class TimeoutExpired(SubprocessError): pass

class CompletedProcess:
    def __init__(self, args, returncode, stdout=None, stderr=None):
        self.args, self.returncode, self.stdout, self.stderr = args, returncode, stdout, stderr
    def check_returncode(self):
        if self.returncode:
            raise CalledProcessError(self.returncode, self.args, self.stdout, self.stderr)
    def __repr__(self):
        out = "" if self.stdout is None else ", stdout=%r" % self.stdout
        return "CompletedProcess(args=%r, returncode=%d%s)" % (self.args, self.returncode, out)

def _kind(what):
    return {None: "inherit", PIPE: "pipe", STDOUT: "stdout", DEVNULL: "null"}.get(what, what if isinstance(what, int) else None) if what is None or isinstance(what, int) else what.fileno()

def run(args, stdin=None, input=None, stdout=None, stderr=None, capture_output=False, shell=False, cwd=None, timeout=None, check=False, env=None, text=None, encoding=None, errors=None, universal_newlines=None, executable=None, **options):
    if capture_output:
        stdout = stderr = PIPE
    if timeout is not None:
        raise NotImplementedError("a timeout of subprocess.run is not simulated in Drydock's Python")
    if isinstance(args, str):
        words = ["/bin/sh", "-c", args] if shell else [args]
    else:
        words = [str(a) for a in args]
        if shell:
            words = ["/bin/sh", "-c"] + words
    given = input.encode() if isinstance(input, str) else input
    try:
        found = ujson.loads(door("run", ujson.dumps({
            "argv": words, "cwd": None if cwd is None else str(cwd), "env": None if env is None else dict(env),
            "stdout": _kind(stdout), "stderr": _kind(stderr), "stdin": _kind(stdin),
            "input": None if given is None else [b for b in given],
        })))
    except OSError as e:
        raise oserror(e.errno, None, words[0]) from None
    as_text = text or encoding or universal_newlines
    def output(what, data):
        if what != PIPE:
            return None
        return bytes(data).decode() if as_text else bytes(data)
    done = CompletedProcess(args, found["status"], output(stdout, found["stdout"]), output(stderr, found["stderr"]))
    if check:
        done.check_returncode()
    return done

def call(args, **options):
    return run(args, **options).returncode
def check_call(args, **options):
    return run(args, check=True, **options).returncode
def check_output(args, **options):
    return run(args, stdout=PIPE, check=True, **options).stdout
def getstatusoutput(command):
    done = run(command, shell=True, stdout=PIPE, stderr=STDOUT, text=True)
    return done.returncode, done.stdout.rstrip("\n")
def getoutput(command):
    return getstatusoutput(command)[1]

class Popen:
    # It runs to its end when it is waited for: nothing else runs in this program meanwhile.
    def __init__(self, args, **options):
        self.args, self._options, self._done, self.returncode, self.stdin, self.stdout, self.stderr = args, options, None, None, None, None, None
        self._options.pop("bufsize", None)
    def communicate(self, input=None, timeout=None):
        if self._done is None:
            self._done = run(self.args, input=input, **self._options)
            self.returncode = self._done.returncode
        return self._done.stdout, self._done.stderr
    def wait(self, timeout=None):
        self.communicate()
        return self.returncode
    def poll(self):
        return self.wait()
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.wait()
`;

export const THREADING = String.raw`
class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, daemon=None):
        self._target, self._args, self._named, self.name, self.daemon = target, args, kwargs or {}, name or "Thread-1", bool(daemon)
    def start(self):
        raise RuntimeError("can't start new thread: threads are not simulated in Drydock's Python (MicroPython)")
    def run(self):
        if self._target:
            self._target(*self._args, **self._named)
    def join(self, timeout=None):
        raise RuntimeError("cannot join thread before it is started")
    def is_alive(self):
        return False
class _Main(Thread):
    def is_alive(self):
        return True
_main = _Main(name="MainThread")
def current_thread():
    return _main
main_thread = current_thread
def active_count():
    return 1
def enumerate():
    return [_main]
def get_ident():
    return 1
class Lock:
    def __init__(self):
        self._held = 0
    def acquire(self, blocking=True, timeout=-1):
        if self._held and blocking and timeout < 0:
            raise RuntimeError("deadlock: nobody else can release this lock")
        if self._held:
            return False
        self._held = 1
        return True
    def release(self):
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = 0
    def locked(self):
        return bool(self._held)
    def __enter__(self):
        return self.acquire()
    def __exit__(self, *error):
        self.release()
class RLock(Lock):
    def acquire(self, blocking=True, timeout=-1):
        self._held += 1
        return True
    def release(self):
        self._held -= 1
class Event:
    def __init__(self):
        self._set = False
    def is_set(self):
        return self._set
    def set(self):
        self._set = True
    def clear(self):
        self._set = False
    def wait(self, timeout=None):
        import time
        if not self._set:
            if timeout is None:
                while not self._set:
                    time.sleep(3600)
            else:
                time.sleep(timeout)
        return self._set
class local:
    pass
Timer = Thread
`;

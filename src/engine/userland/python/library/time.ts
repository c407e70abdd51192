/** `time`, `signal` and `atexit`. */
export const TIME = String.raw`
import utime
from _start import call
from ucollections import namedtuple

struct_time = namedtuple("struct_time", (
    "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"))
timezone = altzone = daylight = 0
tzname = ("UTC", "UTC")

def time():
    return call("time")
def time_ns():
    return int(call("time") * 1000) * 1000000
def monotonic():
    return call("monotonic")
perf_counter = monotonic
def monotonic_ns():
    return int(call("monotonic") * 1000000) * 1000
perf_counter_ns = monotonic_ns
def process_time():
    return call("cpu_time")
thread_time = process_time
def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = call("monotonic") + seconds
    while seconds > 0:
        try:
            call("sleep", seconds)
        except InterruptedError:
            pass
        seconds = end - call("monotonic")
def gmtime(seconds=None):
    return struct_time(*(utime.gmtime(int(time() if seconds is None else seconds))[:8] + (0,)))
localtime = gmtime
def mktime(t):
    return float(utime.mktime(tuple(t)[:8]))
def strftime(format, t=None):
    t = gmtime() if t is None else t
    return call("strftime", format, float(utime.mktime(tuple(t)[:8])))
def asctime(t=None):
    return strftime("%a %b %e %H:%M:%S %Y", t)
def ctime(seconds=None):
    return asctime(gmtime(seconds))
`;

export const SIGNAL = String.raw`
import ujson, usys
from _start import call

SIG_DFL, SIG_IGN = 0, 1
_numbers = dict(ujson.loads(call("signals")))
class Signals(int):
    pass
for _name, _number in _numbers.items():
    globals()[_name] = _number
NSIG = 65
_handlers = {}
_raised = [None]

def default_int_handler(number, frame):
    raise KeyboardInterrupt

def _deliver(number):
    # The interpreter would only print what a callback raises; it belongs into the program.
    try:
        handler = _handlers.get(number)
        if callable(handler):
            handler(number, None)
    except BaseException as error:
        _raised[0] = error
        call("raise", id(error))

def signal(number, handler):
    number = int(number)
    before = getsignal(number)
    if handler == SIG_DFL or handler == SIG_IGN:
        call("signal", number, "ignore" if handler == SIG_IGN else "default")
    elif handler is default_int_handler:
        call("signal", number, "interrupt")
    elif callable(handler):
        call("signal", number, "function", id(_deliver))
    else:
        raise TypeError("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
    _handlers[number] = handler
    return before
def getsignal(number):
    number = int(number)
    return _handlers.get(number, default_int_handler if number == 2 else SIG_DFL)
def raise_signal(number):
    call("kill", call("getpid"), int(number))
def pause():
    try:
        call("pause")
    except InterruptedError:
        pass
def alarm(seconds):
    return call("alarm", seconds)
def strsignal(number):
    return call("strsignal", int(number))
`;

export const ATEXIT = String.raw`
_functions = []
def register(function, *args, **named):
    _functions.append((function, args, named))
    return function
def unregister(function):
    _functions[:] = [f for f in _functions if f[0] is not function]
def _run_exitfuncs():
    while _functions:
        function, args, named = _functions.pop()
        function(*args, **named)
`;

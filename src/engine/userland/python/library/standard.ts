/** Modules of Python's library that MicroPython has not: small ones, written for this place. */
export const TRACEBACK = String.raw`
import sys
from _report import format_exception as _format, report

def format_exc_of(error):
    return _format(error)
def format_exception(kind, value=None, tb=None, **options):
    error = value if value is not None else kind
    return [line + "\n" for line in _format(error).rstrip().split("\n")]
def format_exception_only(kind, value=None, **options):
    return [_format(value if value is not None else kind).rstrip().split("\n")[-1] + "\n"]
def print_exception(kind, value=None, tb=None, limit=None, file=None, chain=True):
    (file or sys.stderr).write(_format(value if value is not None else kind))
def _unknown(*args, **named):
    raise NotImplementedError("which exception is handled cannot be asked for in Drydock's Python (MicroPython): use traceback.print_exception(e)")
format_exc = print_exc = print_stack = extract_tb = _unknown
`;

export const CONTEXTLIB = String.raw`
class ContextDecorator:
    def __call__(self, function):
        def inner(*args, **named):
            with self:
                return function(*args, **named)
        return inner
class _Manager(ContextDecorator):
    def __init__(self, generator):
        self.generator = generator
    def __enter__(self):
        return next(self.generator)
    def __exit__(self, kind, value, tb):
        if kind is None:
            try:
                next(self.generator)
            except StopIteration:
                return False
            raise RuntimeError("generator didn't stop")
        try:
            self.generator.throw(kind, value, tb)
        except StopIteration:
            return True
        except BaseException as error:
            if error is value:
                return False
            raise
        raise RuntimeError("generator didn't stop after throw()")
def contextmanager(function):
    def make(*args, **named):
        return _Manager(function(*args, **named))
    return make
class closing:
    def __init__(self, thing):
        self.thing = thing
    def __enter__(self):
        return self.thing
    def __exit__(self, *error):
        self.thing.close()
class suppress:
    def __init__(self, *kinds):
        self.kinds = kinds
    def __enter__(self):
        pass
    def __exit__(self, kind, value, tb):
        return kind is not None and issubclass(kind, self.kinds)
class nullcontext:
    def __init__(self, enter_result=None):
        self.enter_result = enter_result
    def __enter__(self):
        return self.enter_result
    def __exit__(self, *error):
        pass
class redirect_stdout:
    _stream = "stdout"
    def __init__(self, target):
        self.target = target
    def __enter__(self):
        import sys
        self.before = getattr(sys, self._stream)
        setattr(sys, self._stream, self.target)
        return self.target
    def __exit__(self, *error):
        import sys
        setattr(sys, self._stream, self.before)
class redirect_stderr(redirect_stdout):
    _stream = "stderr"
`;

export const TYPING = String.raw`
class _Any:
    def __getitem__(self, key):
        return self
    def __call__(self, *args, **named):
        return self
    def __or__(self, other):
        return self
_any = _Any()
Any = Optional = Union = List = Dict = Tuple = Set = FrozenSet = Callable = Iterable = Iterator = Sequence = Mapping = _any
Generator = Awaitable = Coroutine = Type = Literal = Final = ClassVar = Annotated = Self = NoReturn = Never = IO = TextIO = _any
AnyStr = Text = str
class Generic: pass
class Protocol: pass
TYPE_CHECKING = False
def TypeVar(name, *args, **named):
    return _any
def NewType(name, kind):
    return kind
def cast(kind, value):
    return value
def overload(function):
    return function
final = runtime_checkable = no_type_check = overload
def get_type_hints(thing):
    return {}
def NamedTuple(name, fields):
    from collections import namedtuple
    return namedtuple(name, [f[0] for f in fields])
TypedDict = dict
`;

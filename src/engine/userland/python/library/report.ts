/** How an uncaught exception is told: in Python's form, with its words where MicroPython has others. */
export const REPORT = String.raw`
import usys, uio
from _start import call

OPERATORS = {
    "__add__": "+", "__sub__": "-", "__mul__": "*", "__truediv__": "/", "__floordiv__": "//", "__mod__": "%",
    "__pow__": "** or pow()", "__lshift__": "<<", "__rshift__": ">>", "__and__": "&", "__or__": "|", "__xor__": "^",
    "__lt__": "<", "__gt__": ">", "__le__": "<=", "__ge__": ">=", "__matmul__": "@",
    "__iadd__": "+=", "__isub__": "-=", "__imul__": "*=", "__itruediv__": "/=",
}

def words(kind, text):
    if kind == "ZeroDivisionError" and text == "divide by zero":
        return kind, "division by zero"
    if kind == "NameError" and text.endswith("isn't defined"):
        return kind, text.replace("isn't defined", "is not defined")
    if kind == "ImportError" and text.startswith("no module named"):
        return "ModuleNotFoundError", "N" + text[1:]
    if kind == "RuntimeError" and text == "maximum recursion depth exceeded":
        return "RecursionError", text
    if kind == "RuntimeError" and text == "pystack exhausted":
        return "RecursionError", "maximum recursion depth exceeded"
    if kind == "ValueError" and text.startswith("invalid syntax for integer with base"):
        return kind, text.replace("invalid syntax for integer", "invalid literal for int()")
    if kind == "TypeError" and text.startswith("unsupported types for "):
        name, _, types = text[22:].partition(": ")
        sign = OPERATORS.get(name)
        if sign in ("<", ">", "<=", ">="):
            return kind, "'%s' not supported between instances of %s" % (sign, types.replace(", ", " and "))
        if sign:
            return kind, "unsupported operand type(s) for %s: %s" % (sign, types.replace(", ", " and "))
    if kind == "TypeError" and "' object isn't " in text:
        return kind, text.replace("isn't", "is not")
    if kind == "ImportError" and text.startswith("can't import name "):
        return kind, "cannot import name '%s'" % text[18:]
    return kind, text

def describe(error):
    kind = type(error).__name__
    if kind == "KeyError" and error.args:
        return kind, repr(error.args[0])
    if isinstance(error, OSError) and len(error.args) >= 2 and isinstance(error.args[0], int):
        text = "[Errno %d] %s" % (error.args[0], error.args[1])
        return kind, text + (": %r" % error.args[2] if len(error.args) > 2 else "")
    if isinstance(error, OSError) and len(error.args) == 1 and isinstance(error.args[0], int):
        return kind, "[Errno %d] %s" % (error.args[0], call("strerror", error.args[0]))
    if isinstance(error, SyntaxError):
        return kind, str(error.args[0]) if error.args else "invalid syntax"
    return words(kind, str(error))

def source_line(name, number):
    text = call("source", name, number)
    return text.strip() if text else ""

def frames(error):
    out = uio.StringIO()
    usys.print_exception(error, out)
    found = []
    for line in out.getvalue().split("\n"):
        if line.startswith('  File "'):
            name, _, rest = line[8:].partition('", line ')
            number, _, where = rest.partition(", in ")
            found.append((name, int(number), where))
    return found

def explained(error, line):
    # What MicroPython only calls invalid.
    if error.args and error.args[0] == "invalid syntax":
        if line.startswith("print ") and not line.startswith("print ("):
            return SyntaxError("Missing parentheses in call to 'print'. Did you mean print(...)?")
        if line.startswith("match ") and line.endswith(":"):
            return SyntaxError("invalid syntax (Drydock's Python is MicroPython, which has no match statement)")
    return error

# What is not written in Python in CPython has no frames.
HERE = __file__[:-len("_report.py")]
NATIVE = [HERE + name for name in ("_run.py", "_start.py", "_report.py", "_path.py", "os.py", "time.py", "signal.py", "_repl.py")]

def format_exception(error):
    syntax = isinstance(error, SyntaxError)
    found = [f for f in frames(error) if f[0] not in NATIVE]
    lines = []
    if syntax and found:
        name, number, _ = found.pop()
        tail = ['  File "%s", line %d' % (name, number)]
        text = source_line(name, number)
        if text:
            tail.append("    " + text)
        error = explained(error, text)
    else:
        tail = []
    if found:
        lines.append("Traceback (most recent call last):")
        i = 0
        while i < len(found):
            name, number, where = found[i]
            same = 1
            while i + same < len(found) and found[i + same] == found[i]:
                same += 1
            shown = ['  File "%s", line %d, in %s' % (name, number, where or "<module>")]
            text = source_line(name, number)
            if text:
                shown.append("    " + text)
            lines.extend(shown * min(same, 3))
            if same > 3:
                lines.append("  [Previous line repeated %d more time%s]" % (same - 3, "" if same == 4 else "s"))
            i += same
    elif not syntax:
        lines.append("Traceback (most recent call last):")
    kind, text = describe(error)
    return "\n".join(lines + tail + [kind + (": " + text if text else "")]) + "\n"

def report(error):
    usys.stdout.flush()
    usys.stderr.write(format_exception(error))
`;

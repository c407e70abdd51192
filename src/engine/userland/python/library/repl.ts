/** Python's prompt. */
export const REPL = String.raw`
import usys
from _start import call
from _report import report

def _scan(text):
    # Open brackets, and the quotes that are open at the end.
    depth, quote, i = 0, None, 0
    while i < len(text):
        c = text[i]
        if quote:
            if c == "\\":
                i += 1
            elif text.startswith(quote, i):
                i += len(quote) - 1
                quote = None
            elif c == "\n" and len(quote) == 1:
                quote = None
        elif c == "#":
            while i < len(text) and text[i] != "\n":
                i += 1
        elif c in "'\"":
            quote = c * 3 if text.startswith(c * 3, i) else c
            i += len(quote) - 1
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        i += 1
    return depth, quote

def unfinished(lines):
    text = "\n".join(lines)
    depth, quote = _scan(text)
    if depth > 0 or (quote and len(quote) == 3):
        return True
    last = lines[-1]
    if last.endswith("\\"):
        return True
    first = lines[0]
    block = first.startswith("@") or any(_code(line).endswith(":") for line in lines) and (len(lines) > 1 or _code(first).endswith(":"))
    return block and last.strip() != ""

def _code(line):
    return line.split("#")[0].rstrip()

def interact(namespace):
    facts = usys.modules["sys"]
    namespace.pop("__file__", None)
    if call("banner"):
        usys.stderr.write("Python %s on %s\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n" % (facts.version.replace(" \n", " "), facts.platform))
    lines = []
    while True:
        try:
            usys.stdout.write("... " if lines else ">>> ")
            line = call("readline")
            if line is None:
                usys.stdout.write("\n")
                return
            line = line.rstrip("\n")
            if not lines and not line.strip():
                continue
            lines.append(line)
            if unfinished(lines):
                continue
            text, lines = "\n".join(lines) + "\n", []
            call("remember", "<stdin>", text)
            exec(compile(call("readable", text), "<stdin>", "single"), namespace)
        except SystemExit:
            raise
        except KeyboardInterrupt:
            lines = []
            usys.stdout.write("\nKeyboardInterrupt\n")
        except BaseException as error:
            lines = []
            report(error)
`;

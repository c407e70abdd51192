/** What `python` does with its arguments. */
export const RUN = String.raw`
import usys, ujson
from _start import call, oserror
from _report import report

main = usys.modules["__main__"] if "__main__" in usys.modules else __import__("__main__")
usys.modules["__main__"] = main
namespace = main.__dict__

def execute(text, name):
    exec(compile(text, name, "exec"), namespace)

def run_file(name):
    path = call("absolute", name)
    namespace["__file__"] = path
    execute(call("program", path), path)

def run_module(name):
    usys.argv[0] = name
    path = call("find_module", name)
    if path is None:
        usys.stderr.write("%s: No module named %s\n" % (call("executable"), name))
        raise SystemExit(1)
    usys.argv[0] = path
    namespace["__file__"] = path
    execute(call("program", path), path)

def interactive():
    import _repl
    _repl.interact(namespace)

def ended(error):
    code = error.args[0] if error.args else None
    if code is None:
        return 0
    if isinstance(code, int):
        return int(code) & 255
    usys.stdout.flush()
    usys.stderr.write(str(code) + "\n")
    return 1

def guarded(body, *args):
    try:
        body(*args)
        return 0
    except SystemExit as error:
        return ended(error)
    except KeyboardInterrupt as error:
        report(error)
        call("interrupted")
        return 130
    except BaseException as error:
        report(error)
        return 1

def begin():
    command = ujson.loads(call("command"))
    usys.argv[:] = command["argv"]
    usys.path[:] = command["path"]
    namespace["__name__"] = "__main__"
    usys.modules["sys"] = __import__("_sys")
    kind = command["kind"]
    if kind == "command":
        status = guarded(execute, command["text"], "<string>")
    elif kind == "file":
        status = guarded(run_file, command["text"])
    elif kind == "module":
        status = guarded(run_module, command["text"])
    elif kind == "stdin":
        status = guarded(execute, call("stdin"), "<stdin>")
    else:
        status = 0
    if kind == "interactive" or command["inspect"]:
        status = guarded(interactive)
    if "atexit" in usys.modules:
        usys.modules["atexit"]._run_exitfuncs()
    usys.stdout.flush()
    call("exit", status)
`;

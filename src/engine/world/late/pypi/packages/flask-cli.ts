/** The command `flask`. */
export const CLI = String.raw`
import os, sys

def load(name):
    where, _, attribute = name.partition(":")
    sys.path.insert(0, os.getcwd())
    if where.endswith(".py"):
        where = where[:-3]
    module = __import__(where.replace("/", "."), None, None, ("app",))
    for key in [attribute] if attribute else ["app", "application"]:
        found = getattr(module, key, None)
        if found is not None:
            return found
    for key in ("create_app", "make_app"):
        if hasattr(module, key):
            return getattr(module, key)()
    raise SystemExit("Error: Failed to find Flask application or factory in module %r. Use '%s:name' to specify one." % (where, where))

def main():
    args = sys.argv[1:]
    name, host, port, debug, words = os.environ.get("FLASK_APP"), None, None, None, []
    while args:
        word = args.pop(0)
        key, sep, value = word.partition("=")
        if key in ("--app", "-A", "--host", "-h", "--port", "-p"):
            value = value if sep else args.pop(0)
            if key in ("--app", "-A"):
                name = value
            elif key in ("--host", "-h"):
                host = value
            else:
                port = int(value)
        elif word in ("--debug", "--no-debug"):
            debug = word == "--debug"
        elif word == "--version":
            print("Python %s\nFlask 3.1.2\nWerkzeug 3.1.3" % sys.version.split(" ")[0])
            return
        elif word in ("--with-threads", "--without-threads", "--reload", "--no-reload"):
            pass
        elif word.startswith("-"):
            raise SystemExit("Error: No such option: " + word)
        else:
            words.append(word)
    if words not in (["run"], ["routes"]):
        print("Usage: flask [OPTIONS] COMMAND [ARGS]...\n\nCommands:\n  routes  Show the routes for the app.\n  run     Run a development server.")
        raise SystemExit(0 if not words else 2)
    shown = name
    if name is None:
        name = "wsgi.py" if os.path.exists("wsgi.py") else "app.py" if os.path.exists("app.py") else None
    if name is None:
        raise SystemExit("Usage: flask run [OPTIONS]\nTry 'flask run --help' for help.\n\nError: Could not locate a Flask application. Use the 'flask --app' option, 'FLASK_APP' environment variable, or a 'wsgi.py' or 'app.py' file in the current directory.")
    app = load(name)
    if words == ["routes"]:
        for rule in app.url_map:
            print(rule.endpoint, ", ".join(sorted([m for m in rule.methods if m not in ("HEAD", "OPTIONS")])), rule.rule)
        return
    app._shown = shown
    app.run(host or os.environ.get("FLASK_RUN_HOST"), port or os.environ.get("FLASK_RUN_PORT"), debug)
`;

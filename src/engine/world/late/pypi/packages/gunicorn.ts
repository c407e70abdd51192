/** A small Gunicorn: one worker that serves an application of WSGI, or of the small Flask. Its names are Gunicorn's; the code is ours. */
export const GUNICORN = {
  'gunicorn/__init__.py': String.raw`
__version__ = "23.0.0"
`,
  'gunicorn/app/__init__.py': '',
  'gunicorn/app/wsgiapp.py': String.raw`
import os, signal, socket, sys, time

VERSION = "23.0.0"
VALUED = {"-b": "bind", "--bind": "bind", "-w": "workers", "--workers": "workers", "--access-logfile": "access", "--chdir": "chdir"}
# They change nothing that one could see: there is one worker, and it does one thing at a time.
IDLE = ("-t", "--timeout", "--threads", "-k", "--worker-class", "--log-level", "--keep-alive", "--max-requests", "--worker-tmp-dir", "--error-logfile", "--graceful-timeout")

def log(level, text):
    sys.stderr.write("[%s +0000] [%d] [%s] %s\n" % (time.strftime("%Y-%m-%d %H:%M:%S"), os.getpid(), level, text))

class _Input:
    def __init__(self, data):
        self._data = data
    def read(self, size=-1):
        out = self._data if size is None or size < 0 else self._data[:size]
        self._data = self._data[len(out):]
        return out
    def readline(self):
        at = self._data.find(b"\n")
        return self.read(len(self._data) if at < 0 else at + 1)

def _wsgi(app, request, port):
    from werkzeug.wrappers import Response
    environ = {
        "REQUEST_METHOD": request.method, "PATH_INFO": request.path, "SCRIPT_NAME": "", "QUERY_STRING": request.query_string.decode(),
        "SERVER_NAME": "0.0.0.0", "SERVER_PORT": str(port), "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": request.remote_addr,
        "SERVER_SOFTWARE": "gunicorn/" + VERSION, "CONTENT_TYPE": request.content_type or "", "CONTENT_LENGTH": str(len(request.data)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": _Input(request.data), "wsgi.errors": sys.stderr,
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }
    for key, value in request.headers:
        environ["HTTP_" + key.upper().replace("-", "_")] = value
    begun = []
    def start_response(status, headers, exc_info=None):
        begun[:] = [status, headers]
    body = b"".join(list(app(environ, start_response)))
    return Response(body, int(begun[0].split(" ")[0]), begun[1])

def load(name):
    where, _, attribute = name.partition(":")
    sys.path.insert(0, os.getcwd())
    module = __import__(where, None, None, ("app",))
    attribute = attribute or "application"
    made = attribute.endswith("()")
    found = getattr(module, attribute[:-2] if made else attribute, None)
    if found is None:
        log("ERROR", "Failed to find attribute %r in %r." % (attribute, where))
        raise SystemExit(4)
    return found() if made else found

def run():
    from werkzeug.serving import read_request, http_date
    from werkzeug.wrappers import Response
    options, args, names = {"bind": "127.0.0.1:8000", "workers": os.environ.get("WEB_CONCURRENCY", "1"), "access": None}, sys.argv[1:], []
    while args:
        word = args.pop(0)
        key, sep, value = word.partition("=")
        if not word.startswith("--") and len(word) > 2 and word.startswith("-"):
            key, sep, value = word[:2], "=", word[2:]
        if key in VALUED:
            options[VALUED[key]] = value if sep else args.pop(0)
        elif key in IDLE:
            value if sep else args.pop(0)
        elif word in ("-v", "--version"):
            print("gunicorn (version %s)" % VERSION)
            return
        elif word in ("--preload", "--reload"):
            pass
        elif word.startswith("-"):
            sys.stderr.write("usage: gunicorn [OPTIONS] [APP_MODULE]\ngunicorn: error: unrecognized arguments: %s\n" % word)
            raise SystemExit(2)
        else:
            names.append(word)
    if not names:
        sys.stderr.write("usage: gunicorn [OPTIONS] [APP_MODULE]\ngunicorn: error: No application module specified.\n")
        raise SystemExit(1)
    if options.get("chdir"):
        os.chdir(options["chdir"])
    log("INFO", "Starting gunicorn " + VERSION)
    host, _, port = options["bind"].rpartition(":")
    server = socket.create_server((host or "0.0.0.0", int(port)))
    log("INFO", "Listening at: http://%s:%s (%d)" % (host or "0.0.0.0", port, os.getpid()))
    log("INFO", "Using worker: sync")
    app = load(names[0])
    log("INFO", "Booting worker with pid: %d" % os.getpid())
    def stop(number, frame):
        log("INFO", "Handling signal: " + ("term" if number == signal.SIGTERM else "int"))
        log("INFO", "Shutting down: Master")
        raise SystemExit(0)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while True:
        sock, peer = server.accept()
        sock.settimeout(30)
        try:
            found = read_request(sock, peer)
            if found is None or found[1] is None:
                continue
            words, request = found
            try:
                response = app(request) if hasattr(app, "_dispatch") else _wsgi(app, request, int(port))
            except Exception as error:
                import traceback
                log("ERROR", "Error handling request " + words[1])
                traceback.print_exception(error)
                response = Response("<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n", 500, mimetype="text/html")
            head = ["HTTP/1.1 " + response.status, "Server: gunicorn", "Date: " + http_date(), "Connection: close"]
            head += ["%s: %s" % pair for pair in response.headers if pair[0].lower() != "content-length"]
            head.append("Content-Length: %d" % len(response.data))
            sock.sendall("\r\n".join(head + ["", ""]).encode() + (b"" if request.method == "HEAD" else response.data))
            if options["access"] == "-":
                print('%s - - [%s +0000] "%s" %d %d "-" "%s"' % (peer[0], time.strftime("%d/%b/%Y:%H:%M:%S"), " ".join(words), response.status_code, len(response.data), request.user_agent or "-"), flush=True)
        except OSError:
            pass
        finally:
            sock.close()
`,
  'gunicorn/__main__.py': String.raw`
from gunicorn.app.wsgiapp import run
run()
`,
} as const;

import { CLI } from './flask-cli.ts';
import { SCAFFOLD } from './flask-scaffold.ts';

/** A small Flask: routing, requests, JSON, templates. Its names are Flask's; the code is ours. What it has not refuses. */
export const FLASK = {
  'flask/scaffold.py': SCAFFOLD,
  'flask/__init__.py': String.raw`
from werkzeug.exceptions import abort, HTTPException
from markupsafe import escape, Markup
from .app import Flask, Blueprint, Response, make_response, redirect, jsonify, url_for, send_from_directory
from .globals import request, g, session, current_app
from .templating import render_template, render_template_string
from . import json
__version__ = "3.1.2"
`,
  'flask/globals.py': String.raw`
_stack = []

def _current(name):
    if not _stack:
        raise RuntimeError("Working outside of %s context." % ("request" if name == "request" else "application"))
    return _stack[-1][name]

class _Globals:
    def get(self, key, default=None):
        return getattr(self, key, default)
    def __contains__(self, key):
        return hasattr(self, key)

class _Session:
    def __getattr__(self, key):
        raise NotImplementedError("sessions are not in Drydock's Flask")
    def __getitem__(self, key):
        raise NotImplementedError("sessions are not in Drydock's Flask")
    def __setitem__(self, key, value):
        raise NotImplementedError("sessions are not in Drydock's Flask")

class _Named:
    def __init__(self, name):
        self._name = name
    def __getattr__(self, key):
        return getattr(_current(self._name), key)

request, current_app = _Named("request"), _Named("app")
session = _Session()

class _G:
    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        return getattr(_current("g"), key)
    def __setattr__(self, key, value):
        setattr(_current("g"), key, value)
    def get(self, key, default=None):
        return getattr(_current("g"), key, default)
    def __contains__(self, key):
        return hasattr(_current("g"), key)
g = _G()
`,
  'flask/json.py': String.raw`
import json as _json

def _ordered(value):
    # Keys come in order, as Flask sends them.
    if isinstance(value, dict):
        return "{" + ",".join([_json.dumps(str(k)) + ":" + _ordered(value[k]) for k in sorted(value, key=str)]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_ordered(v) for v in value]) + "]"
    if hasattr(value, "isoformat"):
        return _json.dumps(str(value))
    if value is None or isinstance(value, (str, int, float)):
        return _json.dumps(value)
    if hasattr(value, "__dict__") or isinstance(value, (bytes, set)):
        raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)
    return _json.dumps(value)

def dumps(value, **options):
    return _ordered(value)
loads = _json.loads
`,
  'flask/app.py': String.raw`
import os, sys
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound, default_exceptions
from werkzeug.utils import Headers, quote
from werkzeug.wrappers import Response as _Response
from . import json
from .globals import _Globals, _stack, _current
from .scaffold import Blueprint, Config, Logger, Rule, Scaffold

class Response(_Response):
    default_mimetype = "text/html"

def make_response(*args):
    return current()._response(args[0] if len(args) == 1 else args if args else "")
def current():
    return _current("app")
def jsonify(*args, **named):
    value = named if named else args[0] if len(args) == 1 else list(args)
    return Response(json.dumps(value) + "\n", mimetype="application/json")
def redirect(location, code=302, Response=None):
    text = "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>You should be redirected automatically to the target URL: <a href=\"%s\">%s</a>. If not, click the link.\n" % (location, location)
    return globals()["Response"](text, code, {"Location": location})
def url_for(endpoint, **values):
    return current()._url_for(endpoint, values)
def send_from_directory(directory, path, **options):
    return current()._file(os.path.join(directory, path))

class Flask(Scaffold):
    def __init__(self, import_name, static_url_path=None, static_folder="static", template_folder="templates", root_path=None, **options):
        self._begin()
        self.import_name = import_name
        module = sys.modules.get(import_name)
        file = getattr(module, "__file__", None)
        self.root_path = root_path or (os.path.dirname(os.path.abspath(file)) if file else os.getcwd())
        self.name = os.path.splitext(os.path.basename(file))[0] if import_name == "__main__" and file else import_name
        self.template_folder, self.static_folder = template_folder, static_folder
        self._shown = self.name
        self.config = Config()
        self.config.update({"DEBUG": False, "TESTING": False, "SECRET_KEY": None})
        self.view_functions, self._rules = {}, []
        self.logger = Logger(self.name)
        self.secret_key = None
        self.add_url_rule("/static/<path:filename>", "static", lambda filename: self._file(os.path.join(self.root_path, static_folder, filename)))
    @property
    def debug(self):
        return self.config["DEBUG"]
    @debug.setter
    def debug(self, on):
        self.config["DEBUG"] = bool(on)
    def add_url_rule(self, rule, endpoint=None, view_func=None, methods=None, **options):
        if not rule.startswith("/"):
            raise ValueError("URL rule %r must start with a slash." % rule)
        endpoint = endpoint or view_func.__name__
        if self.view_functions.get(endpoint, view_func) is not view_func:
            raise AssertionError("View function mapping is overwriting an existing endpoint function: %s" % endpoint)
        wanted = set([m.upper() for m in (methods or ["GET"])])
        if "GET" in wanted:
            wanted.add("HEAD")
        wanted.add("OPTIONS")
        self._rules.append(Rule(rule, endpoint, wanted))
        self.view_functions[endpoint] = view_func
    def register_blueprint(self, blueprint, url_prefix=None, **options):
        prefix = blueprint.url_prefix if url_prefix is None else url_prefix
        for rule, endpoint, function, methods in blueprint._rules:
            self.add_url_rule((prefix.rstrip("/") + rule) or "/", blueprint.name + "." + endpoint, function, methods)
        self._before.extend(blueprint._before)
        self._after.extend(blueprint._after)
        self._errors.update(blueprint._errors)
    @property
    def url_map(self):
        return self._rules
    def _url_for(self, endpoint, values):
        if endpoint.startswith("."):
            endpoint = endpoint[1:]
        values = dict(values)
        external = values.pop("_external", False)
        for rule in self._rules:
            if rule.endpoint == endpoint:
                built = rule.build(values)
                if built is not None:
                    return (_current("request").host_url.rstrip("/") if external else "") + built
        raise LookupError("Could not build url for endpoint %r." % endpoint)
    def _file(self, path):
        if ".." in path.split("/") or not os.path.isfile(path):
            raise NotFound()
        kinds = {"html": "text/html", "css": "text/css", "js": "text/javascript", "json": "application/json", "txt": "text/plain", "svg": "image/svg+xml", "png": "image/png"}
        with open(path, "rb") as f:
            return Response(f.read(), mimetype=kinds.get(path.split(".")[-1], "application/octet-stream"))
    def _response(self, value):
        status = headers = None
        if isinstance(value, tuple):
            if len(value) == 3:
                value, status, headers = value
            elif isinstance(value[1], (dict, list, Headers)):
                value, headers = value
            else:
                value, status = value
        if value is None:
            raise TypeError("The view function for %r did not return a valid response. The function either returned None or ended without a return statement." % _current("request").endpoint)
        if isinstance(value, (dict, list)):
            value = jsonify(value)
        elif not isinstance(value, _Response):
            value = Response(value)
        if status is not None:
            value.status_code = int(str(status).split(" ")[0])
        if headers:
            value.headers.extend(headers)
        return value
    def _dispatch(self, request):
        allowed, found = set(), None
        for rule in self._rules:
            values = rule.match(request.path)
            if values is None:
                if rule.rule.endswith("/") and rule.rule != "/" and rule.match(request.path + "/") is not None:
                    query = request.query_string.decode()
                    return redirect(request.host_url.rstrip("/") + request.path + "/" + ("?" + query if query else ""), 308)
                continue
            if request.method in rule.methods:
                # What is written out goes before what is taken as a value.
                if found is None or sum(1 for k, _ in rule.parts if k) < sum(1 for k, _ in found[0].parts if k):
                    found = rule, values
            allowed.update(rule.methods)
        if found is None:
            if allowed:
                error = MethodNotAllowed()
                error.allowed = allowed
                raise error
            raise NotFound()
        rule, values = found
        request.view_args, request.endpoint, request.url_rule = values, rule.endpoint, rule
        for function in self._before:
            answer = function()
            if answer is not None:
                return answer
        if request.method == "OPTIONS":
            return Response("", 200, {"Allow": ", ".join(sorted(allowed))})
        return self.view_functions[rule.endpoint](**values)
    def _handler(self, error):
        if isinstance(error, HTTPException) and error.code in self._errors:
            return self._errors[error.code]
        for kind, function in self._errors.items():
            if not isinstance(kind, int) and isinstance(error, kind):
                return function
        return None
    def _failed(self, error):
        function = self._handler(error)
        if function:
            return self._response(function(error))
        if isinstance(error, HTTPException):
            if error.response is not None:
                return error.response
            headers = {"Allow": ", ".join(sorted(error.allowed))} if hasattr(error, "allowed") else None
            return Response(error.get_body(), error.code, headers)
        import traceback
        request = _current("request")
        self.logger.error("Exception on %s [%s]\n%s" % (request.path, request.method, traceback.format_exc_of(error).rstrip()))
        function = self._errors.get(500)
        if function:
            return self._response(function(InternalServerError()))
        return Response(InternalServerError().get_body(), 500)
    def __call__(self, request):
        _stack.append({"request": request, "app": self, "g": _Globals()})
        try:
            try:
                response = self._response(self._dispatch(request))
            except (KeyboardInterrupt, SystemExit):
                raise
            except Exception as error:
                response = self._failed(error)
            for function in self._after:
                response = function(response)
            for function in self._teardown:
                function(None)
            return response
        finally:
            _stack.pop()
    def app_context(self):
        return _Context(self, None)
    def test_request_context(self, path="/", method="GET", **options):
        from werkzeug.wrappers import Request
        return _Context(self, Request(method, path, Headers(), b"", "127.0.0.1"))
    def test_client(self):
        return Client(self)
    def run(self, host=None, port=None, debug=None, **options):
        from werkzeug.serving import run_simple
        if debug is not None:
            self.debug = debug
        elif os.environ.get("FLASK_DEBUG") in ("1", "true"):
            self.debug = True
        if self._shown:
            print(" * Serving Flask app %r" % self._shown)
        print(" * Debug mode: %s" % ("on" if self.debug else "off"), flush=True)
        run_simple(host or "127.0.0.1", int(5000 if port is None else port), self, **options)

class _Context:
    def __init__(self, app, request):
        self._frame = {"app": app, "g": _Globals()}
        if request is not None:
            self._frame["request"] = request
    def __enter__(self):
        _stack.append(self._frame)
        return self
    def __exit__(self, *error):
        _stack.pop()
    push = __enter__
    def pop(self):
        _stack.pop()

class Client:
    def __init__(self, app):
        self.app = app
    def open(self, path, method="GET", data=None, json=None, headers=None, query_string=None):
        from werkzeug.wrappers import Request
        from werkzeug.utils import quote
        from . import json as _json
        given = Headers(headers)
        body = b""
        if json is not None:
            body = _json.dumps(json).encode()
            given.set("Content-Type", "application/json")
        elif isinstance(data, dict):
            body = "&".join([quote(k, "") + "=" + quote(v, "") for k, v in data.items()]).encode()
            given.set("Content-Type", "application/x-www-form-urlencoded")
        elif data is not None:
            body = data.encode() if isinstance(data, str) else data
        return self.app(Request(method, path, given, body, "127.0.0.1"))
    def get(self, path, **named):
        return self.open(path, "GET", **named)
    def post(self, path, **named):
        return self.open(path, "POST", **named)
    def put(self, path, **named):
        return self.open(path, "PUT", **named)
    def delete(self, path, **named):
        return self.open(path, "DELETE", **named)
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass
`,
  'flask/templating.py': String.raw`
import os
from .globals import _current

def _context(named):
    from .app import url_for
    from .globals import request, g
    values = {"request": request, "g": g, "url_for": url_for, "config": _current("app").config}
    values.update(named)
    return values
def render_template_string(source, **named):
    from jinja2 import Environment
    return Environment(_loader).from_string(source).render(**_context(named))
def render_template(name, **named):
    from jinja2 import Environment
    return Environment(_loader).get_template(name).render(**_context(named))
def _loader(name):
    app = _current("app")
    with open(os.path.join(app.root_path, app.template_folder, name)) as f:
        return f.read()
`,
  'flask/__main__.py': String.raw`
from flask.cli import main
main()
`,
  'flask/cli.py': CLI,
} as const;

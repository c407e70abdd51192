/** What applications and blueprints of the small Flask have in common: rules, handlers, configuration. */
export const SCAFFOLD = String.raw`
import os, sys
from werkzeug.utils import quote

class Rule:
    def __init__(self, rule, endpoint, methods):
        self.rule, self.endpoint, self.methods = rule, endpoint, methods
        self.parts = []
        rest = rule
        while "<" in rest:
            before, _, rest = rest.partition("<")
            inside, _, rest = rest.partition(">")
            kind, sep, name = inside.partition(":")
            if not sep:
                kind, name = "string", inside
            if kind.split("(")[0] not in ("string", "int", "float", "path", "uuid"):
                raise LookupError("the converter %r does not exist" % kind)
            if before:
                self.parts.append((None, before))
            self.parts.append((kind.split("(")[0], name))
        if rest:
            self.parts.append((None, rest))
    def match(self, path):
        return self._from(0, path)
    def _from(self, at, path):
        if at == len(self.parts):
            return {} if path == "" else None
        kind, text = self.parts[at]
        if kind is None:
            return self._from(at + 1, path[len(text):]) if path.startswith(text) else None
        end = len(path) if kind == "path" or "/" not in path else path.find("/")
        while end > 0:
            found = self._from(at + 1, path[end:])
            if found is not None:
                value = self._convert(kind, path[:end])
                if value is not None:
                    found[text] = value
                    return found
            end -= 1
        return None
    def _convert(self, kind, text):
        if kind == "int":
            return int(text) if all(c in "0123456789" for c in text) else None
        if kind == "float":
            whole, dot, part = text.partition(".")
            return float(text) if dot and all(c in "0123456789" for c in whole + part) and whole and part else None
        if kind == "uuid":
            return text if len(text) == 36 and text.count("-") == 4 else None
        return text
    def build(self, values):
        out, used = "", []
        for kind, text in self.parts:
            if kind is None:
                out += text
            elif text not in values:
                return None
            else:
                out += quote(values[text], "/" if kind == "path" else "")
                used.append(text)
        more = [quote(k, "") + "=" + quote(values[k], "") for k in sorted(values) if k not in used]
        return out + ("?" + "&".join(more) if more else "")
    def __repr__(self):
        return "<Rule %r (%s) -> %s>" % (self.rule, ", ".join(sorted(self.methods)), self.endpoint)

class Config(dict):
    def from_mapping(self, *args, **named):
        self.update(*args)
        self.update(named)
    def from_object(self, found):
        for key in dir(found):
            if key.upper() == key and not key.startswith("_"):
                self[key] = getattr(found, key)
    def from_prefixed_env(self, prefix="FLASK"):
        for key in os.environ:
            if key.startswith(prefix + "_"):
                self[key[len(prefix) + 1:]] = os.environ[key]

class Logger:
    def __init__(self, name):
        self.name = name
    def _log(self, level, text, args):
        import time
        where = time.strftime("%Y-%m-%d %H:%M:%S")
        sys.stderr.write("[%s,000] %s in %s: %s\n" % (where, level, self.name, text % args if args else text))
    def debug(self, text, *args):
        pass
    def info(self, text, *args):
        pass
    def warning(self, text, *args):
        self._log("WARNING", text, args)
    def error(self, text, *args):
        self._log("ERROR", text, args)
    def exception(self, text, *args):
        self._log("ERROR", text, args)
    critical = error

class Scaffold:
    def _begin(self):
        self._before, self._after, self._teardown, self._errors = [], [], [], {}
    def route(self, rule, endpoint=None, methods=None, **options):
        def add(function):
            self.add_url_rule(rule, endpoint, function, methods=methods)
            return function
        return add
    def get(self, rule, **options):
        return self.route(rule, methods=["GET"], **options)
    def post(self, rule, **options):
        return self.route(rule, methods=["POST"], **options)
    def put(self, rule, **options):
        return self.route(rule, methods=["PUT"], **options)
    def patch(self, rule, **options):
        return self.route(rule, methods=["PATCH"], **options)
    def delete(self, rule, **options):
        return self.route(rule, methods=["DELETE"], **options)
    def before_request(self, function):
        self._before.append(function)
        return function
    def after_request(self, function):
        self._after.insert(0, function)
        return function
    def teardown_request(self, function):
        self._teardown.append(function)
        return function
    teardown_appcontext = teardown_request
    def errorhandler(self, what):
        def add(function):
            self._errors[what] = function
            return function
        return add
    def register_error_handler(self, what, function):
        self._errors[what] = function

class Blueprint(Scaffold):
    def __init__(self, name, import_name, url_prefix="", **options):
        self._begin()
        self.name, self.import_name, self.url_prefix, self._rules = name, import_name, url_prefix or "", []
    def add_url_rule(self, rule, endpoint=None, view_func=None, methods=None, **options):
        self._rules.append((rule, endpoint or view_func.__name__, view_func, methods))
`;

/** A small Jinja: expressions, filters, for, if, set, blocks and inheritance. What it has not is a TemplateSyntaxError. The code is ours. */
export const JINJA2 = {
  'jinja2/__init__.py': String.raw`
from markupsafe import Markup, escape

__version__ = "3.1.6"

class TemplateError(Exception): pass
class TemplateSyntaxError(TemplateError): pass
class UndefinedError(TemplateError): pass
class TemplateNotFound(TemplateError): pass

class Undefined:
    def __init__(self, name):
        self._name = name
    def __str__(self):
        return ""
    def __bool__(self):
        return False
    def __iter__(self):
        return iter(())
    def __len__(self):
        return 0
    def __getattr__(self, key):
        raise UndefinedError("%r is undefined" % self._name)

def _split(source):
    # Text, {{ expressions }} and {% statements %}, as (kind, text).
    out, at = [], 0
    while True:
        found = [(i, kind) for kind in ("{{", "{%", "{#") for i in [source.find(kind, at)] if i >= 0]
        if not found:
            out.append(("text", source[at:]))
            return out
        i, kind = min(found)
        end = source.find({"{{": "}}", "{%": "%}", "{#": "#}"}[kind], i)
        if end < 0:
            raise TemplateSyntaxError("unexpected end of template")
        text = source[at:i]
        inside = source[i + 2:end]
        if inside.startswith("-"):
            text, inside = text.rstrip(), inside[1:]
        out.append(("text", text))
        strip = inside.endswith("-")
        inside = (inside[:-1] if strip else inside).strip()
        if kind != "{#":
            out.append(("expression" if kind == "{{" else "statement", inside))
        at = end + 2
        if kind == "{%" and source[at:at + 1] == "\n":
            pass
        if strip:
            while at < len(source) and source[at] in " \t\r\n":
                at += 1

def _parse(tokens, at, ends):
    body = []
    while at < len(tokens):
        kind, text = tokens[at]
        at += 1
        if kind != "statement":
            body.append((kind, text))
            continue
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if word in ends:
            return body, at, (word, rest)
        if word == "for":
            name, _, source = rest.partition(" in ")
            inner, at, end = _parse(tokens, at, ("endfor", "else"))
            other = []
            if end[0] == "else":
                other, at, end = _parse(tokens, at, ("endfor",))
            body.append(("for", [n.strip() for n in name.split(",")], source.strip(), inner, other))
        elif word == "if":
            cases, test, other = [], rest, []
            while True:
                inner, at, end = _parse(tokens, at, ("elif", "else", "endif"))
                cases.append((test, inner))
                if end[0] == "elif":
                    test = end[1]
                    continue
                if end[0] == "else":
                    other, at, end = _parse(tokens, at, ("endif",))
                break
            body.append(("if", cases, other))
        elif word == "set":
            name, _, value = rest.partition("=")
            body.append(("set", name.strip(), value.strip()))
        elif word == "extends":
            body.append(("extends", rest))
        elif word == "include":
            body.append(("include", rest))
        elif word == "block":
            inner, at, end = _parse(tokens, at, ("endblock",))
            body.append(("block", rest, inner))
        else:
            raise TemplateSyntaxError("Encountered unknown tag %r." % word)
    if ends:
        raise TemplateSyntaxError("Unexpected end of template. Jinja was looking for the following tags: %s." % ", ".join(["%r" % e for e in ends]))
    return body, at, None

def _outside(text, sign):
    # Splits where a sign stands outside of quotes and brackets.
    out, depth, quote, start, i = [], 0, None, 0, 0
    while i < len(text):
        c = text[i]
        if quote:
            if c == "\\":
                i += 1
            elif c == quote:
                quote = None
        elif c in "'\"":
            quote = c
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif depth == 0 and c == sign:
            out.append(text[start:i].strip())
            start = i + 1
        i += 1
    out.append(text[start:].strip())
    return out

FILTERS = {
    "upper": lambda v: str(v).upper(), "lower": lambda v: str(v).lower(), "title": lambda v: " ".join([w[:1].upper() + w[1:].lower() for w in str(v).split(" ")]),
    "capitalize": lambda v: str(v)[:1].upper() + str(v)[1:].lower(), "trim": lambda v: str(v).strip(), "length": len, "count": len,
    "safe": Markup, "e": escape, "escape": escape, "string": str, "int": lambda v, d=0: int(v), "float": lambda v, d=0.0: float(v), "abs": abs,
    "default": lambda v, d="", falsy=False: d if isinstance(v, Undefined) or falsy and not v else v,
    "join": lambda v, d="": d.join([str(x) for x in v]), "first": lambda v: list(v)[0], "last": lambda v: list(v)[-1],
    "list": list, "sort": lambda v, reverse=False: sorted(v, reverse=reverse), "reverse": lambda v: list(reversed(list(v))),
    "replace": lambda v, a, b: str(v).replace(a, b), "round": lambda v, n=0: round(v, n) if n else float(round(v)), "sum": sum,
}
FILTERS["d"] = FILTERS["default"]

def _tojson(value):
    import json
    return Markup(json.dumps(value))
FILTERS["tojson"] = _tojson

class _Names(dict):
    pass

class _View:
    # What a template sees of a dictionary: its values are attributes too.
    def __init__(self, value):
        self._value = value
    def __getattr__(self, key):
        value = self._value
        if isinstance(value, dict) and key in value:
            return _view(value[key])
        return getattr(value, key)
    def __getitem__(self, key):
        return _view(self._value[key])
    def __iter__(self):
        return iter(self._value)
    def __len__(self):
        return len(self._value)
    def __contains__(self, key):
        return key in self._value
    def __str__(self):
        return str(self._value)
    def __eq__(self, other):
        return self._value == (other._value if isinstance(other, _View) else other)
    def __bool__(self):
        return bool(self._value)
def _view(value):
    return _View(value) if isinstance(value, dict) else value

def _evaluate(text, names):
    parts = _outside(text, "|")
    code = parts[0].replace("~", "+")
    for word, value in (("true", "True"), ("false", "False"), ("none", "None")):
        if word in code:
            names.setdefault(word, {"true": True, "false": False, "none": None}[word])
    if code.endswith(" is defined"):
        return not isinstance(_evaluate(code[:-11], names), Undefined)
    if code.endswith(" is not defined"):
        return isinstance(_evaluate(code[:-15], names), Undefined)
    try:
        value = eval(code, names)
    except NameError:
        name = code.split(".")[0].split("[")[0].split("(")[0].strip()
        value = Undefined(name)
        if name != code:
            raise UndefinedError("%r is undefined" % name)
    except (AttributeError, KeyError):
        value = Undefined(code)
    for part in parts[1:]:
        name, bracket, arguments = part.partition("(")
        if name.strip() not in FILTERS:
            raise TemplateError("No filter named %r." % name.strip())
        args = eval("(" + arguments[:-1] + ",)", names) if bracket and arguments.strip() != ")" else ()
        value = FILTERS[name.strip()](value._value if isinstance(value, _View) else value, *args)
    return value

class Loop:
    def __init__(self, length):
        self.length, self.index0 = length, -1
    @property
    def index(self):
        return self.index0 + 1
    @property
    def first(self):
        return self.index0 == 0
    @property
    def last(self):
        return self.index0 == self.length - 1
    def cycle(self, *values):
        return values[self.index0 % len(values)]

class Template:
    def __init__(self, source, environment=None):
        self.environment = environment or Environment()
        self.body = _parse(_split(source[:-1] if source.endswith("\n") else source), 0, ())[0]
    def render(self, *args, **named):
        names = {}
        for given in args:
            names.update(given)
        names.update(named)
        for key in list(names):
            names[key] = _view(names[key])
        names.setdefault("range", range)
        return self._render(names, {})
    def _render(self, names, blocks):
        for item in self.body:
            if item[0] == "extends":
                for other in self.body:
                    if other[0] == "block":
                        blocks.setdefault(other[1], other[2])
                parent = self.environment.get_template(_evaluate(item[1], names))
                return parent._render(names, blocks)
        return self._run(self.body, names, blocks)
    def _run(self, body, names, blocks):
        out = []
        for item in body:
            kind = item[0]
            if kind == "text":
                out.append(item[1])
            elif kind == "expression":
                value = _evaluate(item[1], names)
                out.append(str(value) if isinstance(value, Markup) or not self.environment.autoescape else str(escape(value)))
            elif kind == "if":
                for test, inner in item[1]:
                    if _evaluate(test, names):
                        out.append(self._run(inner, names, blocks))
                        break
                else:
                    out.append(self._run(item[2], names, blocks))
            elif kind == "for":
                source = _evaluate(item[2], names)
                values = list(source)
                if not values:
                    out.append(self._run(item[4], names, blocks))
                inside = dict(names)
                inside["loop"] = Loop(len(values))
                for value in values:
                    inside["loop"].index0 += 1
                    if len(item[1]) == 1:
                        inside[item[1][0]] = _view(value)
                    else:
                        for name, one in zip(item[1], value):
                            inside[name] = _view(one)
                    out.append(self._run(item[3], inside, blocks))
            elif kind == "set":
                names[item[1]] = _view(_evaluate(item[2], names))
            elif kind == "block":
                out.append(self._run(blocks.get(item[1], item[2]), names, blocks))
            elif kind == "include":
                out.append(self.environment.get_template(_evaluate(item[1], names))._render(dict(names), {}))
        return "".join(out)

class Environment:
    def __init__(self, loader=None, autoescape=True, **options):
        self.loader, self.autoescape = loader, autoescape
    def from_string(self, source):
        return Template(source, self)
    def get_template(self, name):
        try:
            source = self.loader(name)
        except OSError:
            raise TemplateNotFound(name)
        return Template(source, self)
`,
} as const;

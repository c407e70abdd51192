/** `argparse`, as far as small programs go. */
export const ARGPARSE = String.raw`
import os, sys

class ArgumentError(Exception): pass
class ArgumentTypeError(Exception): pass
SUPPRESS = "==SUPPRESS=="
class Namespace:
    def __init__(self, **named):
        for key in named:
            setattr(self, key, named[key])
    def __repr__(self):
        return "Namespace(" + ", ".join(["%s=%r" % (k, self.__dict__[k]) for k in sorted(self.__dict__)]) + ")"
    def __contains__(self, key):
        return key in self.__dict__
class HelpFormatter: pass
RawTextHelpFormatter = RawDescriptionHelpFormatter = ArgumentDefaultsHelpFormatter = HelpFormatter

class _Argument:
    def __init__(self, names, action="store", nargs=None, const=None, default=None, type=None, choices=None, required=False, help=None, metavar=None, dest=None, version=None):
        self.names, self.action, self.nargs, self.const, self.type = names, action, nargs, const, type
        self.choices, self.required, self.help, self.version = choices, required, help, version
        self.positional = not names[0].startswith("-")
        long = [n for n in names if n.startswith("--")]
        self.dest = dest or (long[0] if long else names[0]).lstrip("-").replace("-", "_")
        if action == "store_true":
            default = False if default is None else default
        if action == "store_false":
            default = True if default is None else default
        self.default = default
        self.metavar = metavar or (self.dest if self.positional else self.dest.upper())
    def takes(self):
        return self.action in ("store", "append", "extend")
    def shown(self):
        if self.positional:
            return "[%s ...]" % self.metavar if self.nargs == "*" else "%s [%s ...]" % (self.metavar, self.metavar) if self.nargs == "+" else "[%s]" % self.metavar if self.nargs == "?" else self.metavar
        text = self.names[0] + (" " + self.metavar if self.takes() else "")
        return text if self.required else "[" + text + "]"

class ArgumentParser:
    def __init__(self, prog=None, usage=None, description=None, epilog=None, add_help=True, formatter_class=None, **options):
        self.prog = prog or os.path.basename(sys.argv[0]) or "python"
        self.description, self.epilog, self._usage, self._arguments, self._subs, self._defaults = description, epilog, usage, [], None, {}
        if add_help:
            self.add_argument("-h", "--help", action="help", help="show this help message and exit")
    def add_argument(self, *names, **options):
        a = _Argument(names, **options)
        self._arguments.append(a)
        return a
    def add_argument_group(self, *args, **named):
        return self
    def add_mutually_exclusive_group(self, required=False):
        return self
    def set_defaults(self, **named):
        self._defaults.update(named)
    def add_subparsers(self, dest=None, required=False, **options):
        self._subs = _Subparsers(self, dest, required)
        return self._subs
    def format_usage(self):
        if self._usage:
            return "usage: " + self._usage + "\n"
        parts = [a.shown() for a in self._arguments if not a.positional] + [a.shown() for a in self._arguments if a.positional]
        if self._subs:
            parts.append("{" + ",".join(self._subs.names) + "} ...")
        return "usage: " + " ".join([self.prog] + parts) + "\n"
    def format_help(self):
        out = [self.format_usage()]
        if self.description:
            out.append("\n" + self.description + "\n")
        def rows(title, arguments):
            if arguments:
                out.append("\n" + title + ":\n")
                for a in arguments:
                    left = a.metavar if a.positional else ", ".join([n + (" " + a.metavar if a.takes() else "") for n in a.names])
                    help = a.help or ""
                    out.append(("  " + left + ("\n" + " " * 24 if len(left) > 20 else " " * (22 - len(left))) + help).rstrip() + "\n")
        rows("positional arguments", [a for a in self._arguments if a.positional])
        rows("options", [a for a in self._arguments if not a.positional])
        if self.epilog:
            out.append("\n" + self.epilog + "\n")
        return "".join(out)
    def print_help(self, file=None):
        (file or sys.stdout).write(self.format_help())
    def print_usage(self, file=None):
        (file or sys.stdout).write(self.format_usage())
    def exit(self, status=0, message=None):
        if message:
            sys.stderr.write(message)
        sys.exit(status)
    def error(self, message):
        sys.stderr.write(self.format_usage())
        self.exit(2, "%s: error: %s\n" % (self.prog, message))
    def _value(self, a, text):
        name = "/".join(a.names) if not a.positional else a.metavar
        try:
            value = a.type(text) if a.type else text
        except ArgumentTypeError as e:
            self.error("argument %s: %s" % (name, e))
        except (ValueError, TypeError):
            self.error("argument %s: invalid %s value: %r" % (name, getattr(a.type, "__name__", "value"), text))
        if a.choices is not None and value not in a.choices:
            self.error("argument %s: invalid choice: %r (choose from %s)" % (name, text, ", ".join([str(c) for c in a.choices])))
        return value
    def parse_args(self, args=None, namespace=None):
        found, rest = self.parse_known_args(args, namespace)
        if rest:
            self.error("unrecognized arguments: " + " ".join(rest))
        return found
    def parse_known_args(self, args=None, namespace=None):
        words = list(sys.argv[1:] if args is None else args)
        out = namespace or Namespace()
        for a in self._arguments:
            if a.action not in ("help", "version") and not hasattr(out, a.dest):
                value = a.default
                setattr(out, a.dest, a.type(value) if a.type and isinstance(value, str) else value)
        for key in self._defaults:
            setattr(out, key, self._defaults[key])
        plain, rest, seen = [], [], []
        while words:
            word = words.pop(0)
            if word == "--":
                plain.extend(words)
                break
            if word.startswith("-") and len(word) > 1 and not word[1:].replace(".", "").isdigit():
                name, sep, inline = word.partition("=") if word.startswith("--") else (word, "", "")
                a = self._option(name)
                if a is None and not word.startswith("--") and len(word) > 2:
                    a, name, inline = self._option(word[:2]), word[:2], word[2:]
                    if a is not None and not a.takes():
                        words.insert(0, "-" + inline)
                        inline = ""
                    else:
                        sep = "="
                if a is None:
                    rest.append(word)
                    continue
                seen.append(a)
                self._take(a, out, words, inline if sep else None)
            elif self._subs is not None and not [p for p in self._arguments if p.positional]:
                sub = self._subs.names.get(word)
                if sub is None:
                    self.error("argument %s: invalid choice: %r (choose from %s)" % (self._subs.dest or "command", word, ", ".join(self._subs.names)))
                if self._subs.dest:
                    setattr(out, self._subs.dest, word)
                sub.parse_known_args(words, out)
                self._subs.used = True
                words = []
            else:
                plain.append(word)
        self._positionals(out, plain, rest)
        lacking = ["/".join(a.names) for a in self._arguments if a.required and a not in seen]
        if lacking:
            self.error("the following arguments are required: " + ", ".join(lacking))
        if self._subs is not None and not self._subs.used:
            if self._subs.required:
                self.error("the following arguments are required: " + (self._subs.dest or "command"))
            if self._subs.dest and not hasattr(out, self._subs.dest):
                setattr(out, self._subs.dest, None)
        return out, rest
    def _option(self, name):
        for a in self._arguments:
            if not a.positional and name in a.names:
                return a
        near = [a for a in self._arguments if name.startswith("--") and any(n.startswith(name) for n in a.names)]
        return near[0] if len(near) == 1 else None
    def _take(self, a, out, words, inline):
        action = a.action
        if action == "help":
            self.print_help()
            self.exit()
        elif action == "version":
            print(a.version)
            self.exit()
        elif action == "store_true" or action == "store_false":
            setattr(out, a.dest, action == "store_true")
        elif action == "store_const":
            setattr(out, a.dest, a.const)
        elif action == "count":
            setattr(out, a.dest, (getattr(out, a.dest) or 0) + 1)
        else:
            values = [inline] if inline is not None else []
            if inline is None:
                most = 1 if a.nargs in (None, "?") else a.nargs if isinstance(a.nargs, int) else 1 << 30
                while words and len(values) < most and not (words[0].startswith("-") and len(words[0]) > 1 and not words[0][1:].replace(".", "").isdigit()):
                    values.append(words.pop(0))
            if not values and a.nargs not in ("?", "*"):
                self.error("argument %s: expected %s" % ("/".join(a.names), "at least one argument" if a.nargs == "+" else "one argument"))
            values = [self._value(a, v) for v in values]
            value = (values[0] if values else a.const) if a.nargs in (None, "?") else values
            if action == "append":
                value = (getattr(out, a.dest) or []) + [value]
            setattr(out, a.dest, value)
    def _positionals(self, out, plain, rest):
        arguments = [a for a in self._arguments if a.positional]
        lacking = []
        for i in range(len(arguments)):
            a = arguments[i]
            after = sum([1 for b in arguments[i + 1:] if b.nargs in (None, "+")])
            if a.nargs is None:
                if plain:
                    setattr(out, a.dest, self._value(a, plain.pop(0)))
                else:
                    lacking.append(a.metavar)
            elif a.nargs == "?":
                if len(plain) > after:
                    setattr(out, a.dest, self._value(a, plain.pop(0)))
            else:
                count = a.nargs if isinstance(a.nargs, int) else len(plain) - after
                taken, plain = plain[:max(count, 0)], plain[max(count, 0):]
                if a.nargs == "+" and not taken or isinstance(a.nargs, int) and len(taken) < a.nargs:
                    lacking.append(a.metavar)
                elif taken or a.default is None:
                    setattr(out, a.dest, [self._value(a, v) for v in taken])
        if lacking:
            self.error("the following arguments are required: " + ", ".join(lacking))
        rest.extend(plain)

class _Subparsers:
    def __init__(self, parent, dest, required):
        self.parent, self.dest, self.required, self.names, self.used = parent, dest, required, {}, False
    def add_parser(self, name, help=None, aliases=(), **options):
        self.names[name] = ArgumentParser(prog=self.parent.prog + " " + name, **options)
        return self.names[name]
def FileType(mode="r"):
    return lambda name: open(name, mode)
`;

/** Packages of which Flask needs little, and of which there is that much here. The code is ours. */
export const MARKUPSAFE = {
  'markupsafe/__init__.py': String.raw`
class Markup(str):
    def __html__(self):
        return self
def escape(value):
    if isinstance(value, Markup):
        return value
    if hasattr(value, "__html__"):
        return Markup(value.__html__())
    text = str(value)
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;"), ('"', "&#34;")):
        text = text.replace(sign, name)
    return Markup(text)
`,
} as const;

export const CLICK = {
  'click/__init__.py': String.raw`
import sys
__version__ = "8.3.1"
def echo(message="", file=None, nl=True, err=False):
    print(message, end="\n" if nl else "", file=file or (sys.stderr if err else sys.stdout), flush=True)
def style(text, **how):
    return text
def secho(message="", **named):
    echo(message, err=named.get("err", False))
def __getattr__(name):
    raise AttributeError("click.%s is not in Drydock's click" % name)
`,
} as const;

export const ITSDANGEROUS = {
  'itsdangerous/__init__.py': String.raw`
__version__ = "2.2.0"
def __getattr__(name):
    raise AttributeError("itsdangerous.%s is not in Drydock's itsdangerous" % name)
`,
} as const;

export const BLINKER = {
  'blinker/__init__.py': String.raw`
__version__ = "1.9.0"
class Signal:
    def __init__(self, doc=None):
        self.receivers = []
    def connect(self, receiver, sender=None, weak=True):
        self.receivers.append(receiver)
        return receiver
    def disconnect(self, receiver, sender=None):
        self.receivers.remove(receiver)
    def send(self, *sender, **named):
        return [(receiver, receiver(*sender, **named)) for receiver in list(self.receivers)]
_signals = {}
def signal(name, doc=None):
    if name not in _signals:
        _signals[name] = Signal(doc)
    return _signals[name]
`,
} as const;

"""Runs a command at a pseudo terminal of 80x24 and types into it.

usage: terminal.py COMMAND < JSON list of what is typed, each once the screen has been quiet for a while
The first is typed when the command has put the terminal in raw mode, as clients that attach do.
What the terminal shows goes to standard output; the exit status is the command's.
"""
import fcntl, json, os, pty, select, struct, sys, termios, time

QUIET = 0.5
PATIENCE = 60

def raw():
    return not termios.tcgetattr(terminal)[3] & termios.ECHO


typed = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("bash", ["bash", "-c", sys.argv[1]])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

begun = False
last = start = time.monotonic()
while True:
    if time.monotonic() - start > PATIENCE:
        sys.stderr.write("terminal.py: out of patience\n")
        os.kill(pid, 9)
        break
    ready, _, _ = select.select([terminal], [], [], 0.05)
    if ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            break
        if not shown:
            break
        sys.stdout.buffer.write(shown)
        last = time.monotonic()
    elif not begun:
        begun = raw() or time.monotonic() - start > 10 * QUIET
        last = time.monotonic()
    elif typed and time.monotonic() - last > QUIET:
        os.write(terminal, typed.pop(0).encode())
        last = time.monotonic()
_, status = os.waitpid(pid, 0)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status) % 256)

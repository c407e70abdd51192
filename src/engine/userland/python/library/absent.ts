/** Modules that Python has and that are not here: importing one says so. */
export const ABSENT =
  'asyncio bdb bz2 calendar cgi cmd code codecs concurrent configparser ctypes curses dbm decimal difflib dis doctest email ensurepip faulthandler fcntl filecmp fractions ftplib gettext graphlib grp http.client http.cookies imaplib importlib ipaddress lzma mailbox marshal mimetypes mmap multiprocessing netrc numbers optparse pdb pickle pkgutil plistlib poplib profile pty pwd pyexpat resource runpy sched selectors shelve shlex site smtplib socketserver sqlite3 ssl symtable sysconfig syslog telnetlib termios timeit tkinter token tokenize tomllib trace tracemalloc tty turtle venv wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zoneinfo'.split(
    ' ',
  );

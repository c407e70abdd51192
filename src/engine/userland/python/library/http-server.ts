/** `http.server`. */
export const HTTP_SERVER = String.raw`
import os, socket, sys, time
from urllib.parse import unquote, quote

TEXTS = {200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error", 501: "Unsupported method"}
KINDS = {"html": "text/html", "htm": "text/html", "css": "text/css", "js": "text/javascript", "json": "application/json", "txt": "text/plain",
    "py": "text/x-python", "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml", "md": "text/markdown"}

class _Headers:
    def __init__(self):
        self._pairs = []
    def get(self, key, default=None):
        for k, v in self._pairs:
            if k.lower() == key.lower():
                return v
        return default
    def __getitem__(self, key):
        return self.get(key)
    def __contains__(self, key):
        return self.get(key) is not None
    def items(self):
        return list(self._pairs)

class BaseHTTPRequestHandler:
    protocol_version = "HTTP/1.0"
    server_version = "BaseHTTP/0.6"
    def __init__(self, request, client_address, server):
        self.connection = self.request = request
        self.client_address, self.server = client_address, server
        self.rfile = request.makefile("rb")
        self.wfile = request.makefile("wb")
        self.close_connection = True
        self.handle()
    def handle(self):
        self.requestline = self.rfile.readline().decode().rstrip("\r\n")
        words = self.requestline.split(" ")
        self._out = []
        if len(words) < 2:
            return
        self.command, self.path = words[0], words[1]
        self.request_version = words[2] if len(words) > 2 else "HTTP/0.9"
        self.headers = _Headers()
        while True:
            line = self.rfile.readline().decode().rstrip("\r\n")
            if not line:
                break
            key, _, value = line.partition(":")
            self.headers._pairs.append((key, value.strip()))
        method = getattr(self, "do_" + self.command, None)
        if method is None:
            self.send_error(501, "Unsupported method (%r)" % self.command)
        else:
            method()
    def version_string(self):
        return self.server_version + " Python/" + sys.version.split(" ")[0]
    def date_time_string(self, seconds=None):
        return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))
    def log_date_time_string(self):
        return time.strftime("%d/%b/%Y %H:%M:%S")
    def log_message(self, text, *args):
        sys.stderr.write("%s - - [%s] %s\n" % (self.client_address[0], self.log_date_time_string(), text % args))
    def log_request(self, code="-", size="-"):
        self.log_message('"%s" %s %s', self.requestline, str(code), str(size))
    def log_error(self, text, *args):
        self.log_message(text, *args)
    def send_response_only(self, code, message=None):
        self._out.append("%s %d %s" % (self.protocol_version, code, message or TEXTS.get(code, "")))
    def send_response(self, code, message=None):
        self.log_request(code)
        self.send_response_only(code, message)
        self.send_header("Server", self.version_string())
        self.send_header("Date", self.date_time_string())
    def send_header(self, key, value):
        self._out.append("%s: %s" % (key, value))
    def end_headers(self):
        self.wfile.write(("\r\n".join(self._out) + "\r\n\r\n").encode())
        self._out = []
    def send_error(self, code, message=None, explain=None):
        text = message or TEXTS.get(code, "???")
        self.log_error("code %d, message %s", code, text)
        self.send_response(code, message)
        body = "<!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>\n        <meta charset=\"utf-8\">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: %d</p>\n        <p>Message: %s.</p>\n    </body>\n</html>\n" % (code, text)
        self.send_header("Connection", "close")
        self.send_header("Content-Type", "text/html;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

class SimpleHTTPRequestHandler(BaseHTTPRequestHandler):
    server_version = "SimpleHTTP/0.6"
    directory = None
    def do_GET(self):
        body = self.send_head()
        if body is not None:
            self.wfile.write(body)
    def do_HEAD(self):
        self.send_head()
    def send_head(self):
        where = unquote(self.path.split("?")[0].split("#")[0])
        parts = [p for p in where.split("/") if p and p not in (".", "..")]
        path = os.path.join(self.directory or os.getcwd(), *parts)
        if os.path.isdir(path):
            if not where.endswith("/"):
                self.send_response(301)
                self.send_header("Location", self.path + "/")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
            for name in ("index.html", "index.htm"):
                if os.path.isfile(os.path.join(path, name)):
                    path = os.path.join(path, name)
                    break
            else:
                return self.list_directory(path, where)
        if where.endswith("/") and not os.path.isdir(path) and not path.endswith((".html", ".htm")):
            self.send_error(404, "File not found")
            return None
        try:
            with open(path, "rb") as f:
                body = f.read()
        except OSError:
            self.send_error(404, "File not found")
            return None
        self.send_response(200)
        self.send_header("Content-type", KINDS.get(path.split(".")[-1], "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", self.date_time_string(os.stat(path).st_mtime))
        self.end_headers()
        return body
    def list_directory(self, path, where):
        try:
            names = sorted(os.listdir(path), key=lambda n: n.lower())
        except OSError:
            self.send_error(404, "No permission to list directory")
            return None
        lines = []
        for name in names:
            full = os.path.join(path, name)
            shown = name + ("/" if os.path.isdir(full) else "@" if os.path.islink(full) else "")
            lines.append('<li><a href="%s">%s</a></li>' % (quote(name + ("/" if os.path.isdir(full) else "")), shown.replace("&", "&amp;").replace("<", "&lt;")))
        title = "Directory listing for " + where
        body = ("<!DOCTYPE HTML>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>%s</title>\n</head>\n<body>\n<h1>%s</h1>\n<hr>\n<ul>\n%s\n</ul>\n<hr>\n</body>\n</html>\n" % (title, title, "\n".join(lines))).encode()
        self.send_response(200)
        self.send_header("Content-type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return body

class HTTPServer:
    def __init__(self, server_address, RequestHandlerClass, bind_and_activate=True):
        self.RequestHandlerClass = RequestHandlerClass
        self.socket = socket.create_server(server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]
        self._stop = False
    def handle_request(self):
        request, address = self.socket.accept()
        try:
            request.settimeout(30)
            self.RequestHandlerClass(request, address, self)
        except (KeyboardInterrupt, SystemExit):
            raise
        except Exception as error:
            import traceback
            sys.stderr.write("-" * 40 + "\nException occurred during processing of request from %r\n" % (address,))
            traceback.print_exception(error)
            sys.stderr.write("-" * 40 + "\n")
        finally:
            request.close()
    def serve_forever(self, poll_interval=0.5):
        while not self._stop:
            self.handle_request()
    def shutdown(self):
        self._stop = True
    def server_close(self):
        self.socket.close()
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.server_close()
ThreadingHTTPServer = HTTPServer

def main():
    args, port, bind, directory = sys.argv[1:], 8000, "", None
    while args:
        word = args.pop(0)
        if word in ("-b", "--bind"):
            bind = args.pop(0)
        elif word in ("-d", "--directory"):
            directory = args.pop(0)
        elif word.startswith("-"):
            sys.stderr.write("usage: server.py [-h] [-b ADDRESS] [-d DIRECTORY] [port]\nserver.py: error: unrecognized arguments: %s\n" % word)
            raise SystemExit(2)
        else:
            port = int(word)
    SimpleHTTPRequestHandler.directory = directory
    with HTTPServer((bind, port), SimpleHTTPRequestHandler) as server:
        host = bind or "0.0.0.0"
        print("Serving HTTP on %s port %d (http://%s:%d/) ..." % (host, port, host, port), flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nKeyboard interrupt received, exiting.")
            raise SystemExit(0)
if __name__ == "__main__":
    main()
`;

import { ABSENT } from './absent.ts';
import { ARGPARSE } from './argparse.ts';
import { COLLECTIONS } from './collections.ts';
import { HTTP_SERVER } from './http-server.ts';
import { JSON_MODULE } from './json.ts';
import { OS, PATH } from './os.ts';
import { SUBPROCESS, THREADING } from './processes.ts';
import { REPL } from './repl.ts';
import { REPORT } from './report.ts';
import { RUN } from './run.ts';
import { GLOB, SHUTIL, TEMPFILE } from './shutil.ts';
import { SMALL } from './small.ts';
import { SOCKET } from './socket.ts';
import { CONTEXTLIB, TRACEBACK, TYPING } from './standard.ts';
import { START } from './start.ts';
import { SYS } from './sys.ts';
import { HASHLIB, RE } from './text.ts';
import { ATEXIT, SIGNAL, TIME } from './time.ts';
import { URLLIB_ERROR, URLLIB_PARSE, URLLIB_REQUEST } from './urllib.ts';

/** The modules that come with the interpreter, by their place below its library's directory. */
export const LIBRARY: ReadonlyMap<string, string> = new Map([
  ['_start.py', START],
  ['_report.py', REPORT],
  ['_repl.py', REPL],
  ['_run.py', RUN],
  ['_sys.py', SYS],
  ['_path.py', PATH],
  ['os.py', OS],
  ['time.py', TIME],
  ['signal.py', SIGNAL],
  ['atexit.py', ATEXIT],
  ['socket.py', SOCKET],
  ['subprocess.py', SUBPROCESS],
  ['threading.py', THREADING],
  ['argparse.py', ARGPARSE],
  ['collections/__init__.py', COLLECTIONS],
  ['json.py', JSON_MODULE],
  ['re.py', RE],
  ['hashlib.py', HASHLIB],
  ['shutil.py', SHUTIL],
  ['glob.py', GLOB],
  ['tempfile.py', TEMPFILE],
  ...Object.entries(SMALL),
  ['traceback.py', TRACEBACK],
  ['contextlib.py', CONTEXTLIB],
  ['typing.py', TYPING],
  ['urllib/__init__.py', ''],
  ['urllib/parse.py', URLLIB_PARSE],
  ['urllib/request.py', URLLIB_REQUEST],
  ['urllib/error.py', URLLIB_ERROR],
  ['http/__init__.py', ''],
  ['http/server.py', HTTP_SERVER],
  ...ABSENT.map((name): [string, string] => [
    `${name.replaceAll('.', '/')}.py`,
    `raise ImportError("the module '${name}' is not in Drydock's Python (MicroPython)")\n`,
  ]),
]);

import { OS, PATH } from './os.ts';
import { REPORT } from './report.ts';
import { RUN } from './run.ts';
import { START } from './start.ts';
import { SYS } from './sys.ts';

/** The modules that come with the interpreter, by their place below its library's directory. */
export const LIBRARY: ReadonlyMap<string, string> = new Map([
  ['_start.py', START],
  ['_report.py', REPORT],
  ['_run.py', RUN],
  ['_sys.py', SYS],
  ['_path.py', PATH],
  ['os.py', OS],
]);

import { parseBool } from '../../base/go-bool.ts';
import { csvFields } from '../../base/go-csv.ts';
import { quote } from '../../base/go-quote.ts';
import { CliError } from '../cli-error.ts';
import type { ParsedFlags } from '../flags/parsed.ts';

/** What a Dockerfile is asked instead of being built. */
export interface CallFunction {
  /** The request's name behind `frontend.`. */
  name: string;
  format: string;
  /** The client ends well, whatever is found. */
  ignoresStatus: boolean;
}

/** What `--call`, `--check` and the hidden `--print` ask for, of which the last one counts; undefined for building. Throws `CliError`. */
export function calledFunction(flags: ParsedFlags): CallFunction | undefined {
  const asked = flags.lastOf(['call', 'print', ...(flags.bool('check') ? ['check'] : [])]);
  if (asked === undefined) return undefined;
  return parseCallFunction(asked === 'check' ? 'check' : flags.string(asked));
}

/** `METHOD[,format=FORMAT][,ignorestatus=BOOL]`. Models buildx util/buildflags/callfunc.go. */
export function parseCallFunction(text: string): CallFunction | undefined {
  if (text === '') return undefined;
  const call: CallFunction = { name: '', format: '', ignoresStatus: false };
  for (const field of fieldsOf(text)) {
    const equals = field.indexOf('=');
    const key = equals === -1 ? '' : field.slice(0, equals);
    const value = field.slice(equals + 1);
    if (equals === -1) {
      if (call.name !== '') throw new CliError(`ERROR: invalid print value: ${text}`);
      call.name = field;
    } else if (key === 'format') call.format = value;
    else if (key !== 'ignorestatus') throw new CliError(`ERROR: invalid print field: ${field}`);
    else {
      const ignores = parseBool(value);
      if (ignores === undefined)
        throw new CliError(
          `ERROR: invalid ignorestatus print value: ${value}: strconv.ParseBool: parsing ${quote(value)}: invalid syntax`,
        );
      call.ignoresStatus = ignores;
    }
  }
  if (call.name === 'check') call.name = 'lint';
  return call.name === 'build' ? undefined : call;
}

/** The fields of a line of comma-separated values. Throws `CliError`. */
export function fieldsOf(text: string): string[] {
  try {
    return csvFields(text, true);
  } catch (error) {
    throw new CliError(`ERROR: ${(error as Error).message}`);
  }
}

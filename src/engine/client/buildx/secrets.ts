import { decode } from '../../base/bytes.ts';
import { csvFields } from '../../base/go-csv.ts';
import { quote } from '../../base/go-quote.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { statOf } from '../files/build-context.ts';

/** A value that steps may see, by where it is. */
interface Secret {
  id: string;
  file: string;
  env: string;
}

/** BuildKit's: no secret is larger. */
const MAX = 500 * 1024;

/** Reads `id=x,src=FILE`, `id=x,env=NAME` and their kin. Models buildx util/buildflags/secrets.go. Throws `CliError`. */
export function parseSecrets(given: readonly string[]): Secret[] {
  return given.filter((text) => text !== '').map(parseSecret);
}

function parseSecret(text: string): Secret {
  const secret = { id: '', file: '', env: '' };
  let type = '';
  for (const field of csvFields(text)) {
    const equals = field.indexOf('=');
    if (equals === -1) throw new CliError(`ERROR: invalid field '${field}' must be a key=value pair`);
    const key = field.slice(0, equals).toLowerCase();
    const value = field.slice(equals + 1);
    switch (key) {
      case 'type':
        if (value !== 'file' && value !== 'env')
          throw new CliError(`ERROR: unsupported secret type ${quote(value)}`);
        type = value;
        break;
      case 'id':
        secret.id = value;
        break;
      case 'source':
      case 'src':
        secret.file = value;
        break;
      case 'env':
        secret.env = value;
        break;
      default:
        throw new CliError(`ERROR: unexpected key '${key}' in '${field}'`);
    }
  }
  if (type === 'env' && secret.env === '') return { id: secret.id, env: secret.file, file: '' };
  return secret;
}

/**
 * The values by their ids: of a variable where one is named or has the id's name, else of a file. Models BuildKit
 * session/secrets/secretsprovider. Throws `CliError`.
 */
export async function readSecrets(cli: Cli, secrets: readonly Secret[]): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const { id, file, env } of secrets) {
    if (id === '') throw failed('secret missing ID');
    const isNamed = file === '' && env === '';
    const variable = env !== '' ? env : isNamed && cli.env(id) !== undefined ? id : undefined;
    const path = file !== '' ? file : variable === undefined ? id : undefined;
    const content = path === undefined ? '' : await read(cli, id, path);
    out[id] = variable === undefined ? content : (cli.env(variable) ?? '');
  }
  return out;
}

async function read(cli: Cli, id: string, path: string): Promise<string> {
  const at = path.startsWith('/') ? path : `${await cli.cwd()}/${path}`;
  const stat = await statOf(cli, at);
  if (stat === undefined) throw failed(`failed to stat ${path}: stat ${path}: no such file or directory`);
  if (stat.size > MAX) throw failed(`secret ${id} too big. max size 500KB`);
  return decode(await cli.readFile(at));
}

const failed = (why: string): CliError => new CliError(`ERROR: failed to build: ${why}`);

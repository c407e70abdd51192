/** How each type of flag reads its value, and the words in which it refuses one. */

import { parseBool } from '../../base/go-bool.ts';
import { csvFields } from '../../base/go-csv.ts';
import { parseDuration } from '../../base/go-duration.ts';
import { quote } from '../../base/go-quote.ts';
import { ramInBytes } from '../../base/go-units.ts';
import { parseGpuRequest } from '../parse/gpus.ts';
import { parseMount } from '../parse/mount.ts';
import { parseNetworkAttachment } from '../parse/network-attachment.ts';
import { parseUlimit } from '../parse/ulimit.ts';
import type { FlagType } from './spec.ts';

/** The value or values that one occurrence of a flag stands for. Throws an `Error` whose message follows `flag: `. */
export function readValue(type: FlagType, value: string): string[] {
  switch (type) {
    case 'bool': {
      const read = parseBool(value);
      if (read !== undefined) return [String(read)];
      throw new Error(`strconv.ParseBool: parsing ${quote(value)}: invalid syntax`);
    }
    case 'int':
      return [String(parseInteger(value, 64))];
    case 'uint':
      return [String(parseUnsigned(value, 64))];
    case 'uint16':
      return [String(parseUnsigned(value, 16))];
    case 'uint32':
      return [String(parseUnsigned(value, 32))];
    case 'float':
      if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return [value];
      throw new Error(`strconv.ParseFloat: parsing ${quote(value)}: invalid syntax`);
    case 'duration':
      return [String(parseDuration(value))];
    case 'bytes':
      return [String(ramInBytes(value))];
    case 'swap-bytes':
      return [value === '-1' ? '-1' : String(ramInBytes(value))];
    case 'decimal':
      return [String(parseCpus(value))];
    case 'strings':
      return value === '' ? [] : csvFields(value);
    case 'stringToString':
      return csvFields(value).map((pair) => {
        if (!pair.includes('=')) throw new Error(`${pair} must be formatted as key=value`);
        return pair;
      });
    case 'filter':
      return value === '' ? [] : [parseFilter(value)];
    case 'mount':
      parseMount(value);
      return [value];
    case 'network':
      parseNetworkAttachment(value);
      return [value];
    case 'ulimit':
      parseUlimit(value);
      return [value];
    case 'gpu-request':
      parseGpuRequest(value);
      return [value];
    case 'command':
    case 'config':
    case 'credential-spec':
    case 'external-ca':
    case 'ipNetSlice':
    case 'node-addr':
    case 'pem-file':
    case 'port':
    case 'pref':
    case 'secret':
    case 'list':
    case 'map':
    case 'string':
    case 'stringArray':
      return [value];
  }
}

/** strconv.ParseInt with base 0: sign, 0x, 0o, 0b and underscores between digits. */
export function parseInteger(text: string, bits: number): bigint {
  const negative = text.startsWith('-');
  const magnitude = digits(text.replace(/^[+-]/, ''), 'ParseInt', text);
  const limit = 1n << BigInt(bits - 1);
  if (magnitude > (negative ? limit : limit - 1n)) throw outOfRange('ParseInt', text);
  return negative ? -magnitude : magnitude;
}

/** strconv.ParseUint with base 0. */
export function parseUnsigned(text: string, bits: number): bigint {
  const value = digits(text, 'ParseUint', text);
  if (value >= 1n << BigInt(bits)) throw outOfRange('ParseUint', text);
  return value;
}

function digits(body: string, fn: string, whole: string): bigint {
  const plain = body.replace(/(?<=[0-9a-fA-FxXoObB])_(?=[0-9a-fA-F])/g, '');
  if (/^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.test(plain)) return BigInt(plain.toLowerCase());
  if (/^0[0-7]+$/.test(plain)) return BigInt(`0o${plain.slice(1)}`);
  if (/^(0|[1-9][0-9]*)$/.test(plain)) return BigInt(plain);
  throw new Error(`strconv.${fn}: parsing ${quote(whole)}: invalid syntax`);
}

const outOfRange = (fn: string, text: string) =>
  new Error(`strconv.${fn}: parsing ${quote(text)}: value out of range`);

/** `--cpus`: a rational number with at most nine decimals, in billionths of a CPU. Models opts.ParseCPUs. */
function parseCpus(text: string): bigint {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:\/(\d+)|[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null || (match[2] === '' && (match[3] ?? '') === ''))
    throw new Error(`failed to parse ${text} as a rational number`);
  const fraction = match[3] ?? '';
  const exponent = Number(match[5] ?? '0') - fraction.length;
  const power = 10n ** BigInt(Math.abs(exponent));
  const digits = BigInt(`${match[2]}${fraction}` || '0') * 1_000_000_000n;
  const numerator = exponent > 0 ? digits * power : digits;
  const denominator = (exponent < 0 ? power : 1n) * BigInt(match[4] ?? '1');
  if (denominator === 0n) throw new Error(`failed to parse ${text} as a rational number`);
  if (numerator % denominator !== 0n) throw new Error('value is too precise');
  return (match[1] === '-' ? -numerator : numerator) / denominator;
}

/** `name=value`, name lowercased and both trimmed. Models opts.FilterOpt. */
function parseFilter(text: string): string {
  const equals = text.indexOf('=');
  if (equals < 0) throw new Error('bad format of filter (expected name=value)');
  return `${text.slice(0, equals).trim().toLowerCase()}=${text.slice(equals + 1).trim()}`;
}

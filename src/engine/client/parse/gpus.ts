/** `--gpus`: a request for devices. Models docker/cli `opts/gpus.go`. */
import { csvFields } from '../../base/go-csv.ts';

export interface GpuRequest {
  Driver: string;
  Count: number;
  DeviceIDs: string[] | null;
  Capabilities: string[][];
  Options: Record<string, string>;
}

export function parseGpuRequest(text: string): GpuRequest {
  const request: GpuRequest = { Driver: '', Count: 0, DeviceIDs: null, Capabilities: [['gpu']], Options: {} };
  const seen = new Set<string>();
  for (const field of csvFields(text)) {
    const equals = field.indexOf('=');
    let key = equals < 0 ? '' : field.slice(0, equals);
    const value = equals < 0 ? field : field.slice(equals + 1);
    if (equals < 0) key = 'count';
    if (seen.has(key)) throw new Error(`gpu request key '${key}' can be specified only once`);
    seen.add(key);
    if (key === 'driver') request.Driver = value;
    else if (key === 'count') request.Count = count(value);
    else if (key === 'device') request.DeviceIDs = value.split(',');
    else if (key === 'capabilities') request.Capabilities = [[...value.split(','), 'gpu']];
    else if (key === 'options') {
      for (const option of csvFields(value)) {
        const [name, ...rest] = option.split('=');
        request.Options[name!] = rest.join('=');
      }
    } else throw new Error(`unexpected key '${key}' in '${field}'`);
  }
  if (!seen.has('count') && request.DeviceIDs === null) request.Count = 1;
  return request;
}

function count(text: string): number {
  if (text === 'all') return -1;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new Error(`invalid count (${text}): value must be either "all" or an integer: invalid syntax`);
}

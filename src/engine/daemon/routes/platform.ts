import type { Platform } from '../../oci/platform.ts';
import { invalidParameter } from '../error.ts';

/** A platform that was asked for as JSON. */
export function platformFromJson(text: string): Platform {
  try {
    return JSON.parse(text) as Platform;
  } catch {
    throw invalidParameter('failed to parse platform: invalid JSON');
  }
}

/** The one platform of a query, undefined where none was asked for. */
export function onePlatform(query: URLSearchParams): Platform | undefined {
  const [text, ...more] = query.getAll('platform');
  if (more.length > 0) throw invalidParameter('multiple platform parameters not supported');
  return text ? platformFromJson(text) : undefined;
}

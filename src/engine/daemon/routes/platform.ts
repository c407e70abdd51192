import { InvalidPlatform, type Platform, parsePlatform } from '../../oci/platform.ts';
import { invalidParameter } from '../error.ts';

/** A platform that was asked for as JSON. */
export function platformFromJson(text: string): Platform {
  try {
    return JSON.parse(text) as Platform;
  } catch {
    throw invalidParameter('failed to parse platform: invalid JSON');
  }
}

/** The same as `os/architecture/variant`; undefined where none was asked for. */
export function platformFromText(text: string): Platform | undefined {
  if (text === '') return undefined;
  try {
    return parsePlatform(text);
  } catch (error) {
    if (error instanceof InvalidPlatform) throw invalidParameter(error.message);
    throw error;
  }
}

/** The one platform of a query, undefined where none was asked for. */
export function onePlatform(query: URLSearchParams): Platform | undefined {
  const [text, ...more] = query.getAll('platform');
  if (more.length > 0) throw invalidParameter('multiple platform parameters not supported');
  return text ? platformFromJson(text) : undefined;
}

import { parseBool } from '../../base/go-bool.ts';
import { quote } from '../../base/go-quote.ts';
import { InvalidReference, parseNormalizedNamed, type Reference } from '../../oci/reference.ts';
import { GoError } from '../../runtime/go-error.ts';

/** What is to be made of a build's result. */
export type Output =
  /** An image of the engine's. */
  | { type: 'moby'; names: readonly Reference[] }
  /** Files of the client's, in a directory or in an archive; a directory has one of the platform's name in it if it is split. */
  | { type: 'local' | 'tar'; isSplit: boolean };

/** As a client asks for it (`outputs` of POST /build). */
export interface AskedOutput {
  Type: string;
  Attrs?: Record<string, string> | null;
}

/** Models moby builder-next/worker's Exporter, and each exporter's Resolve. Throws `GoError`. */
export function readOutput({ Type: type, Attrs: attributes }: AskedOutput): Output {
  if (type === 'moby') return { type, names: namesOf(attributes?.['name'] ?? '') };
  if (type !== 'local' && type !== 'tar') throw new GoError(`exporter ${quote(type)} could not be found`);
  const split = attributes?.['platform-split'];
  const isSplit = split === undefined ? false : parseBool(split);
  if (isSplit === undefined)
    throw new GoError(
      `non-bool value for platform-split: ${split}: strconv.ParseBool: parsing ${quote(split!)}: invalid syntax`,
    );
  return { type, isSplit: isSplit && type === 'local' };
}

function namesOf(text: string): Reference[] {
  try {
    return text === '' ? [] : text.split(',').map(parseNormalizedNamed);
  } catch (error) {
    if (!(error instanceof InvalidReference)) throw error;
    throw new GoError(error.message);
  }
}

import {
  InvalidReference,
  parseNormalizedNamed,
  type Reference,
  tagNameOnly,
  withTag,
} from '../../oci/reference.ts';
import { invalidParameter } from '../error.ts';

/** The name that `repo` and `tag` of a query give an image; undefined where none was asked for. Models moby httputils.RepoTagReference. */
export function repoTagReference(query: URLSearchParams): Reference | undefined {
  const repository = query.get('repo') ?? '';
  if (repository === '') return undefined;
  const tag = query.get('tag') ?? '';
  try {
    const named = parseNormalizedNamed(repository);
    if (named.digest !== undefined) throw invalidParameter('cannot import digest reference');
    return tag === '' ? tagNameOnly(named) : withTag(named, tag);
  } catch (error) {
    if (error instanceof InvalidReference) throw invalidParameter(error.message);
    throw error;
  }
}

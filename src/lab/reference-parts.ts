import {
  InvalidReference,
  isNameOnly,
  parseNormalizedNamed,
  referenceString,
  tagNameOnly,
} from '../engine/oci/reference.ts';

export type PartName = 'registry' | 'repository' | 'tag' | 'digest';

export interface Part {
  text: string;
  /** Docker fills it in, wholly or at its beginning. */
  filledIn: boolean;
}

/** The name of an image taken apart as Docker reads it, or Docker's words against it. */
export type ReferenceParts =
  | { full: string; parts: Readonly<Partial<Record<PartName, Part>>> }
  | { problem: string };

/** Takes the name of an image apart, as a person types it. */
export function referenceParts(typed: string): ReferenceParts {
  try {
    const given = parseNormalizedNamed(typed);
    const whole = tagNameOnly(given);
    const { domain, path, tag, digest } = whole;
    return {
      full: referenceString(whole),
      parts: {
        registry: { text: domain, filledIn: !typed.startsWith(`${domain}/`) },
        repository: { text: path, filledIn: !typed.includes(path) },
        ...(tag === undefined ? {} : { tag: { text: tag, filledIn: isNameOnly(given) } }),
        ...(digest === undefined ? {} : { digest: { text: digest, filledIn: false } }),
      },
    };
  } catch (error) {
    if (error instanceof InvalidReference) return { problem: error.message };
    throw error;
  }
}

import { type Digest, InvalidDigest, parseDigest } from './digest.ts';

/**
 * Image references, `[domain/]path[:tag][@digest]`.
 * Models distribution/reference v0.6: its grammar, its normalisation and its error texts.
 */
export interface Reference {
  /** Registry host with optional port; empty when the text named none. */
  readonly domain: string;
  readonly path: string;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

/** A reference that is no more than an image id: `sha256:…`. */
export interface DigestReference {
  readonly digest: Digest;
}

export class InvalidReference extends Error {
  override name = 'InvalidReference';
}

export const DEFAULT_DOMAIN = 'docker.io';
const LEGACY_DOMAIN = 'index.docker.io';
const OFFICIAL = 'library/';
const DEFAULT_TAG = 'latest';
const MAX_PATH = 255;

const DOMAIN_COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const PATH_COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = `${PATH_COMPONENT}(?:/${PATH_COMPONENT})*`;
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

export const domainPattern = new RegExp(`^${DOMAIN}$`);
/** Groups: domain, path. */
export const namePattern = new RegExp(`^(?:(${DOMAIN})/)?(${PATH})$`);
/** Groups: name, tag, digest. */
export const referencePattern = new RegExp(`^((?:${DOMAIN}/)?${PATH})(?::(${TAG}))?(?:@(${DIGEST}))?$`);
export const tagPattern = new RegExp(`^${TAG}$`);
/** A whole image id: 64 hexadecimal digits. */
export const identifierPattern = /^[a-f0-9]{64}$/;

/** Parses a reference as it stands, without Docker's defaults (`reference.Parse`). */
export function parseReference(text: string): Reference {
  const match = referencePattern.exec(text);
  if (match === null) {
    if (text === '') throw new InvalidReference('repository name must have at least one component');
    if (referencePattern.test(text.toLowerCase()))
      throw new InvalidReference('repository name must be lowercase');
    throw new InvalidReference('invalid reference format');
  }
  const [, domain = '', path = ''] = namePattern.exec(match[1]!)!;
  if (path.length > MAX_PATH)
    throw new InvalidReference(`repository name must not be more than ${MAX_PATH} characters`);
  return { domain, path, tag: match[2], digest: match[3] === undefined ? undefined : checkDigest(match[3]) };
}

/** Parses what a user types: `nginx` is `docker.io/library/nginx` (`reference.ParseNormalizedNamed`). */
export function parseNormalizedNamed(text: string): Reference {
  if (identifierPattern.test(text))
    throw new InvalidReference(
      `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`,
    );
  const [domain, remainder] = splitDockerDomain(text);
  const remote = remainder.split(':', 1)[0]!;
  if (remote.toLowerCase() !== remote)
    throw new InvalidReference(`invalid reference format: repository name (${remote}) must be lowercase`);
  return parseReference(`${domain}/${remainder}`);
}

/** Parses a name that is already in full (`reference.ParseNamed`). */
export function parseNamed(text: string): Reference {
  const reference = parseNormalizedNamed(text);
  if (referenceString(reference) !== text) throw new InvalidReference('repository name must be canonical');
  return reference;
}

/** Parses a reference or an image id (`reference.ParseAnyReference`). */
export function parseAnyReference(text: string): Reference | DigestReference {
  if (identifierPattern.test(text)) return { digest: `sha256:${text}` };
  if (!text.includes(':')) return parseNormalizedNamed(text);
  try {
    return { digest: parseDigest(text) };
  } catch {
    return parseNormalizedNamed(text);
  }
}

/** As containerd and dockerd read an image name: `latest` by default, and a digest wins over a tag (`reference.ParseDockerRef`). */
export function parseDockerRef(text: string): Reference {
  const reference = parseNormalizedNamed(text);
  return reference.digest === undefined ? tagNameOnly(reference) : { ...reference, tag: undefined };
}

/** Adds `:latest` where the reference has neither tag nor digest. */
export function tagNameOnly(reference: Reference): Reference {
  return isNameOnly(reference) ? { ...reference, tag: DEFAULT_TAG } : reference;
}

export const isNameOnly = (reference: Reference): boolean =>
  reference.tag === undefined && reference.digest === undefined;

/** The reference without tag and digest. */
export const trimNamed = ({ domain, path }: Reference): Reference => ({ domain, path });

export function withTag(reference: Reference, tag: string): Reference {
  if (!tagPattern.test(tag)) throw new InvalidReference('invalid tag format');
  return { ...reference, tag };
}

export function withDigest(reference: Reference, digest: Digest): Reference {
  if (!new RegExp(`^${DIGEST}$`).test(digest)) throw new InvalidReference('invalid digest format');
  return { ...reference, digest };
}

/** `domain/path` (`Named.Name`). */
export const referenceName = ({ domain, path }: Reference): string =>
  domain === '' ? path : `${domain}/${path}`;

/** The whole reference as text (`Reference.String`). */
export const referenceString = (reference: Reference): string => referenceName(reference) + suffix(reference);

/** The name as Docker shows it: without `docker.io/` and `library/` (`reference.FamiliarName`). */
export function familiarName({ domain, path }: Reference): string {
  if (domain !== DEFAULT_DOMAIN) return referenceName({ domain, path });
  const official = path.startsWith(OFFICIAL) ? path.slice(OFFICIAL.length) : path;
  return official.includes('/') ? path : official;
}

/** The whole reference as Docker shows it (`reference.FamiliarString`). */
export const familiarString = (reference: Reference): string => familiarName(reference) + suffix(reference);

/** Whether a shell pattern matches the familiar form, with or without its tag (`reference.FamiliarMatch`). */
export function familiarMatch(pattern: string, reference: Reference): boolean {
  const glob = compileGlob(pattern);
  return glob.test(familiarString(reference)) || glob.test(familiarName(reference));
}

function suffix({ tag, digest }: Reference): string {
  return (tag === undefined ? '' : `:${tag}`) + (digest === undefined ? '' : `@${digest}`);
}

function checkDigest(text: string): Digest {
  try {
    return parseDigest(text);
  } catch (error) {
    if (error instanceof InvalidDigest) throw new InvalidReference(error.message);
    throw error;
  }
}

/** A first component is a domain when it has a dot or a colon, is `localhost`, or cannot be a path because of a capital. */
function splitDockerDomain(name: string): [domain: string, remainder: string] {
  const slash = name.indexOf('/');
  if (slash === -1) return [DEFAULT_DOMAIN, OFFICIAL + name];
  const first = name.slice(0, slash);
  const rest = name.slice(slash + 1);
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  if (!isDomain) return [DEFAULT_DOMAIN, name];
  if (first !== DEFAULT_DOMAIN && first !== LEGACY_DOMAIN) return [first, rest];
  return [DEFAULT_DOMAIN, rest.includes('/') ? rest : OFFICIAL + rest];
}

/** Go's `path.Match`: `*` and `?` stop at a slash, `[…]` with `^` for all but, backslash quotes. Throws on a bad pattern. */
function compileGlob(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '*') source += '[^/]*';
    else if (c === '?') source += '[^/]';
    else if (c === '[') {
      const close = pattern.indexOf(']', i + 1);
      if (close <= i + 1) throw new InvalidReference('syntax error in pattern');
      source += `(?!/)[${pattern.slice(i + 1, close).replace(/[[\\]/g, '\\$&')}]`;
      i = close;
    } else if (c === '\\') {
      i++;
      if (i === pattern.length) throw new InvalidReference('syntax error in pattern');
      source += literal(pattern[i]!);
    } else source += literal(c);
  }
  return new RegExp(`^${source}$`);
}

const literal = (c: string): string => c.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

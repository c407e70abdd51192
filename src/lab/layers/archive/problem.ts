import { UnsupportedCompression } from '../../../engine/oci/layer/compression.ts';
import { InvalidLayer } from '../../../engine/oci/layer/entry.ts';

/** What is wrong with an archive, for the page to say in the reader's language. */
export type ProblemKind =
  /** Neither what `docker save` writes nor an OCI layout. */
  | 'foreign'
  /** It ends before its time. */
  | 'cut'
  /** A part of it cannot be read; `detail` says how. */
  | 'damaged'
  /** A path that leads out of the layer. */
  | 'escape'
  /** A part whose content is not what its digest says. */
  | 'digest'
  /** A part that another names is not in it. */
  | 'missing'
  /** It unpacks to more than is read here. */
  | 'bomb'
  /** Compressed in a way that is not read here. */
  | 'compression'
  /** Larger than is read here. */
  | 'large';

/** An archive that cannot be explored. `detail` names the part, as the archive spells it. */
export class ArchiveProblem extends Error {
  override name = 'ArchiveProblem';
  readonly kind: ProblemKind;
  readonly detail: string;

  constructor(kind: ProblemKind, detail = '') {
    super(detail === '' ? kind : `${kind}: ${detail}`);
    this.kind = kind;
    this.detail = detail;
  }
}

/** What reading a tar threw, as a problem of the part `name`; what is no such thing stays what it is. */
export function asProblem(error: unknown, name: string): unknown {
  if (error instanceof ArchiveProblem)
    return error.detail === '' ? new ArchiveProblem(error.kind, name) : error;
  if (error instanceof UnsupportedCompression) return new ArchiveProblem('compression', name);
  if (!(error instanceof InvalidLayer)) return error;
  if (error.message === 'unexpected EOF') return new ArchiveProblem('cut', name);
  const path = /"(.*)" is outside of the root/.exec(error.message)?.[1];
  return path === undefined
    ? new ArchiveProblem('damaged', `${name}: ${error.message}`)
    : new ArchiveProblem('escape', path);
}

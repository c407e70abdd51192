import type { Location } from '../../builder/ast.ts';

/** A build that came to nothing, and the lines of the Dockerfile that asked for it. */
export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';
  readonly location: Location | undefined;

  constructor(cause: unknown, location: Location | undefined) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.location = cause instanceof BuildFailure ? (cause.location ?? location) : location;
  }
}

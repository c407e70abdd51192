import { rfc3339Nano } from '../../base/calendar.ts';
import type { ExecutionConfig, History, ImageConfig } from '../../oci/image-config.ts';
import { withVariable } from '../change-config.ts';

/** The image that a stage amounts to, but for its layers. Models dockerfile2llb/image.go. */
export interface TargetImage {
  architecture: string;
  os: string;
  variant?: string;
  author?: string;
  config: ExecutionConfig;
  /** Those of the base image with their time, new ones without. */
  history: History[];
}

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `FROM scratch`. */
export const emptyImage = (architecture: string): TargetImage => ({
  architecture,
  os: 'linux',
  config: { WorkingDir: '/', Env: [`PATH=${DEFAULT_PATH}`] },
  history: [],
});

/** The image that another one's stage begins with. */
export function imageFrom({ architecture, os, variant, author, config, history }: ImageConfig): TargetImage {
  return {
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    ...(author ? { author } : {}),
    config: structuredClone(config ?? {}),
    history: structuredClone(history ?? []),
  };
}

/** PATH is always set. */
export function withPath(env: readonly string[] = []): string[] {
  if (env.some((entry) => entry.startsWith('PATH='))) return [...env];
  return withVariable(env, 'PATH', DEFAULT_PATH);
}

const COMMENT = 'buildkit.dockerfile.v0';

/** Adds a line to the history; its time, unless given, is known when its layer is made. */
export function addHistory(
  image: TargetImage,
  line: string,
  { withLayer, marked, epoch }: { withLayer: boolean; marked: boolean; epoch: number | undefined },
): void {
  image.history.push({
    ...(epoch === undefined ? {} : { created: rfc3339Nano(epoch) }),
    created_by: marked ? `${line} # buildkit` : line,
    comment: COMMENT,
    ...(withLayer ? {} : { empty_layer: true }),
  });
}

import { encode } from '../../base/bytes.ts';
import { inOrder, marshalMap } from '../../base/go-json.ts';
import type { TargetImage } from '../../builder/plan/target-image.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import type { ExecutionConfig, History } from '../../oci/image-config.ts';
import type { Reference } from '../../oci/reference.ts';
import { referenceString, tagNameOnly } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { readImageDocument } from '../images/image-document.ts';
import { tagImage } from '../images/tag.ts';
import { CACHE_FIELD, type SolvedStep, writeInlineCache } from './cache-transfer/record.ts';
import type { Progress } from './progress.ts';
import type { Result } from './result.ts';
import { lowestFirst } from './roots.ts';

/**
 * Makes an image of what a build has made, and names it. Models moby builder-next/exporter/mobyexporter.
 *
 * @param stepsFor gives the steps that others may make use of, for the layers of the image; undefined where it is to keep none
 */
export function exportImage(
  engine: Engine,
  progress: Progress,
  result: Result,
  image: TargetImage,
  names: readonly Reference[],
  stepsFor?: (chain: readonly Digest[]) => Promise<SolvedStep[]>,
): Promise<Digest> {
  return progress.step('exporting to image', async (step) => {
    const layers = lowestFirst(result.top);
    if (layers.length > 0) await step.part('exporting layers', async () => undefined);
    let cache: string | undefined;
    if (stepsFor !== undefined)
      await step.part('preparing layers for inline cache', async () => {
        cache = writeInlineCache(await stepsFor(layers.map(({ chainId }) => chainId)));
      });
    const raw = document(
      image,
      layers.map(({ diffId }) => diffId),
      result.created,
      cache,
    );
    const id = digestOf(raw);
    await step.part(`writing image ${id}`, () =>
      engine.images.create({
        id,
        config: readImageDocument(raw),
        raw,
        top: result.top,
        lastTagged: undefined,
      }),
    );
    for (const name of names)
      await step.part(`naming to ${referenceString(name)}`, () => tagImage(engine, id, tagNameOnly(name)));
    return id;
  });
}

function document(
  { architecture, os, variant, author, config, history }: TargetImage,
  diffIds: readonly Digest[],
  created: Result['created'],
  cache: string | undefined,
): Uint8Array {
  const lines = withTimes(history, created);
  return encode(
    marshalMap({
      architecture,
      ...(author === undefined ? {} : { author }),
      config: goConfig(config),
      created: lines.at(-1)?.created ?? null,
      history: lines.length === 0 ? null : lines.map(goHistory),
      ...(cache === undefined ? {} : { [CACHE_FIELD]: cache }),
      os,
      rootfs: { type: 'layers', diff_ids: diffIds.length === 0 ? null : diffIds },
      ...(variant === undefined ? {} : { variant }),
    }),
  );
}

/** Lines that made a layer have its time, all others that of the layer below them, or of the first new one. */
function withTimes(history: readonly History[], created: Result['created']): History[] {
  let layer = 0;
  const lines = history.map((line) => {
    if (line.empty_layer) return { ...line };
    const time = line.created ?? created[layer];
    layer++;
    return time === undefined ? { ...line } : { ...line, created: time };
  });
  let time: string | undefined;
  let isOpen = false;
  for (const line of lines) {
    if (line.created === undefined) isOpen = true;
    else {
      time = line.created;
      if (isOpen) break;
    }
  }
  isOpen = false;
  for (const line of lines) {
    if (line.created === undefined) {
      isOpen = true;
      if (time !== undefined) line.created = time;
    } else if (isOpen) time = line.created;
  }
  return lines;
}

const goHistory = ({ created, created_by, author, comment, empty_layer }: History): History => ({
  ...(created === undefined ? {} : { created }),
  ...(created_by ? { created_by } : {}),
  ...(author ? { author } : {}),
  ...(comment ? { comment } : {}),
  ...(empty_layer ? { empty_layer } : {}),
});

/** In the order of image-spec's ImageConfig, and of what Docker adds to it. */
function goConfig(c: ExecutionConfig): Record<string, unknown> {
  const map = <T>(value: Record<string, T> | undefined) =>
    value !== undefined && Object.keys(value).length > 0 ? inOrder(value) : undefined;
  const list = (value: string[] | undefined) => (value?.length ? value : undefined);
  return {
    User: c.User || undefined,
    ExposedPorts: map(c.ExposedPorts),
    Env: list(c.Env),
    Entrypoint: list(c.Entrypoint),
    Cmd: list(c.Cmd),
    Volumes: map(c.Volumes),
    WorkingDir: c.WorkingDir || undefined,
    Labels: map(c.Labels),
    StopSignal: c.StopSignal || undefined,
    ArgsEscaped: c.ArgsEscaped || undefined,
    Healthcheck: c.Healthcheck,
    OnBuild: list(c.OnBuild),
    Shell: list(c.Shell),
  };
}

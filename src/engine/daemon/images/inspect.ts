import type { ImageConfig, ImageHistoryItem, ImageInspect } from '../../api/images.ts';
import { parseRfc3339, rfc3339Nano } from '../../base/calendar.ts';
import type { Engine } from '../engine.ts';
import { type Image, imageSize } from './image-store.ts';
import { chain } from './layer-store.ts';

/** GET /images/{name}/json */
export function inspectImage(engine: Engine, image: Image): ImageInspect {
  const { config } = image;
  return {
    Id: image.id,
    RepoTags: engine.images.tagsOf(image.id),
    RepoDigests: engine.images.digestsOf(image.id),
    Parent: image.parent ?? '',
    Comment: config.history?.at(-1)?.comment ?? '',
    ...(config.created ? { Created: config.created } : {}),
    DockerVersion: config.docker_version ?? '',
    Author: config.author ?? '',
    Architecture: config.architecture,
    ...(config.variant ? { Variant: config.variant } : {}),
    Os: config.os,
    Size: imageSize(image),
    GraphDriver: { Data: engine.layers.describeImage(image.top), Name: 'overlay2' },
    RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
    Metadata: {
      LastTagTime: image.lastTagged === undefined ? '0001-01-01T00:00:00Z' : rfc3339Nano(image.lastTagged),
    },
    Config: describeConfig(image),
  };
}

/** Fields in the order of the wire (docker's image config, as 28 shows it). */
function describeConfig({ config: { config = {} } }: Image): ImageConfig {
  return {
    ...(config.ArgsEscaped ? { ArgsEscaped: true } : {}),
    Cmd: config.Cmd ?? null,
    Entrypoint: config.Entrypoint ?? null,
    Env: config.Env ?? null,
    ...(config.ExposedPorts ? { ExposedPorts: config.ExposedPorts } : {}),
    ...(config.Healthcheck ? { Healthcheck: config.Healthcheck } : {}),
    Labels: config.Labels ?? null,
    OnBuild: config.OnBuild ?? null,
    ...(config.Shell ? { Shell: config.Shell } : {}),
    ...(config.StopSignal ? { StopSignal: config.StopSignal } : {}),
    User: config.User ?? '',
    Volumes: config.Volumes ?? null,
    WorkingDir: config.WorkingDir ?? '',
  };
}

/** GET /images/{name}/history, the newest step first. */
export function imageHistory(engine: Engine, image: Image): ImageHistoryItem[] {
  const layers = chain(image.top).reverse();
  let next = 0;
  const steps = (image.config.history ?? []).map((step): ImageHistoryItem => {
    const layer = step.empty_layer ? undefined : layers[next++];
    return {
      Comment: step.comment ?? '',
      Created: Math.floor((parseRfc3339(step.created ?? '') ?? 0) / 1000),
      CreatedBy: step.created_by ?? '',
      Id: '<missing>',
      Size: layer?.size ?? 0,
      Tags: null,
    };
  });
  const newest = steps.at(-1);
  if (newest) Object.assign(newest, { Id: image.id, Tags: tagsOrNull(engine, image) });
  return steps.reverse();
}

function tagsOrNull(engine: Engine, image: Image): string[] | null {
  const tags = engine.images.tagsOf(image.id);
  return tags.length === 0 ? null : tags;
}

import type { ImageConfig, ImageHistoryItem, ImageInspect } from '../../api/images.ts';
import { parseRfc3339 } from '../../base/calendar.ts';
import { inOrder } from '../../base/go-json.ts';
import type { Engine } from '../engine.ts';
import { systemError } from '../error.ts';
import { goTime } from '../go-time.ts';
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
    ...(config['os.version'] ? { OsVersion: config['os.version'] } : {}),
    Size: imageSize(image),
    GraphDriver: { Data: engine.layers.describeImage(image.top), Name: 'overlay2' },
    RootFS: {
      Type: 'layers',
      ...(config.rootfs.diff_ids.length === 0 ? {} : { Layers: config.rootfs.diff_ids }),
    },
    Metadata: {
      LastTagTime: goTime(image.lastTagged),
    },
    Config: describeConfig(image),
  };
}

/** Fields in the order of the wire; what is empty is null, or not there. Models moby api/server/router/image/inspect_response.go. */
function describeConfig({ config: { config = {} } }: Image): ImageConfig {
  return {
    ...(config.ArgsEscaped ? { ArgsEscaped: true } : {}),
    Cmd: listOrNull(config.Cmd),
    Entrypoint: listOrNull(config.Entrypoint),
    Env: listOrNull(config.Env),
    ...(isEmpty(config.ExposedPorts) ? {} : { ExposedPorts: inOrder(config.ExposedPorts!) }),
    ...(config.Healthcheck ? { Healthcheck: inOrder({ ...config.Healthcheck }) } : {}),
    Labels: isEmpty(config.Labels) ? null : inOrder(config.Labels!),
    OnBuild: listOrNull(config.OnBuild),
    ...(config.Shell?.length ? { Shell: config.Shell } : {}),
    ...(config.StopSignal ? { StopSignal: config.StopSignal } : {}),
    User: config.User ?? '',
    Volumes: isEmpty(config.Volumes) ? null : inOrder(config.Volumes!),
    WorkingDir: config.WorkingDir ?? '',
  };
}

const listOrNull = (list: string[] | undefined): string[] | null => (list?.length ? list : null);

const isEmpty = (map: object | undefined): boolean => Object.keys(map ?? {}).length === 0;

/** GET /images/{name}/history, the newest step first. */
export function imageHistory(engine: Engine, image: Image): ImageHistoryItem[] {
  const layers = chain(image.top).reverse();
  let next = 0;
  const steps = (image.config.history ?? []).map((step): ImageHistoryItem => {
    const layer = step.empty_layer ? undefined : layers[next++];
    if (!step.empty_layer && layer === undefined)
      throw systemError('too many non-empty layers in History section');
    return {
      Comment: step.comment ?? '',
      Created: Math.floor((parseRfc3339(step.created ?? '') ?? 0) / 1000),
      CreatedBy: step.created_by ?? '',
      Id: '<missing>',
      Size: layer?.size ?? 0,
      Tags: null,
    };
  });
  steps.reverse();
  // An image that was made here knows what it was made from; each is taken to have added one step.
  let made: Image | undefined = image;
  for (const step of steps) {
    Object.assign(step, { Id: made.id, Tags: tagsOrNull(engine, made) });
    made = made.parent === undefined ? undefined : engine.images.byId(made.parent);
    if (made === undefined) break;
  }
  return steps;
}

function tagsOrNull(engine: Engine, image: Image): string[] | null {
  const tags = engine.images.tagsOf(image.id);
  return tags.length === 0 ? null : tags;
}

import type { ContainerConfig } from '../../api/containers.ts';
import { decode, encode } from '../../base/bytes.ts';
import { inOrder, marshal, marshalMap } from '../../base/go-json.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ExecutionConfig, History, ImageConfig } from '../../oci/image-config.ts';
import { GoError } from '../../runtime/go-error.ts';
import { kindOf, unmarshal } from '../../runtime/go-json.ts';

/** What docker itself writes into an image's configuration beside what the image-spec has. */
export interface ImageDocument {
  architecture: string;
  author?: string | undefined;
  comment?: string | undefined;
  config?: ContainerConfig | undefined;
  container?: string | undefined;
  container_config: ContainerConfig;
  created: string;
  docker_version: string;
  history: readonly History[];
  os: string;
  'os.features'?: string[] | undefined;
  'os.version'?: string | undefined;
  rootfs: { type: 'layers'; diff_ids: readonly Digest[] };
  variant?: string | undefined;
}

/** The configuration's bytes, whose digest is the image's id: keys in order, nothing empty. Models moby image.MarshalJSON. */
export function writeImageDocument(document: ImageDocument): Uint8Array {
  const { config, container_config, history, rootfs } = document;
  const known = {
    ...document,
    ...(config === undefined ? {} : { config: goConfig(config) }),
    container_config: goConfig(container_config),
    history: history.length === 0 ? undefined : history.map(goHistory),
    rootfs: { type: rootfs.type, ...(rootfs.diff_ids.length === 0 ? {} : { diff_ids: rootfs.diff_ids }) },
  };
  return encode(marshalMap(withoutEmpty(known)));
}

/** A configuration as an archive or a registry gives it, read as docker reads it: hardly anything need be there. */
export function readImageDocument(raw: Uint8Array): ImageConfig {
  const document = unmarshal(decode(raw));
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new GoError(`json: cannot unmarshal ${kindOf(document)} into Go value of type image.Image`);
  const found = document as Record<string, unknown>;
  for (const [key, kind, type] of FIELDS)
    if (found[key] !== undefined && found[key] !== null && kindOf(found[key]) !== kind)
      throw new GoError(
        `json: cannot unmarshal ${kindOf(found[key])} into Go struct field Image.${key} of type ${type}`,
      );
  const rootfs = found['rootfs'] as { type?: string; diff_ids?: Digest[] | null } | null | undefined;
  if (rootfs === undefined || rootfs === null) throw new GoError('invalid image JSON, no RootFS key');
  return {
    ...found,
    architecture: (found['architecture'] as string | null | undefined) ?? '',
    os: (found['os'] as string | null | undefined) ?? '',
    config: withoutNulls((found['config'] as Record<string, unknown> | null | undefined) ?? {}),
    rootfs: { type: 'layers', diff_ids: rootfs.diff_ids ?? [] },
    history: (found['history'] as History[] | null | undefined) ?? [],
  } as ImageConfig;
}

const FIELDS = [
  ['architecture', 'string', 'string'],
  ['os', 'string', 'string'],
  ['author', 'string', 'string'],
  ['comment', 'string', 'string'],
  ['config', 'object', 'container.Config'],
  ['rootfs', 'object', 'image.RootFS'],
  ['history', 'array', '[]v1.History'],
] as const;

/** A container's configuration with all its fields, as Go marshals container.Config. */
export function goConfig(config: ContainerConfig | ExecutionConfig): Record<string, unknown> {
  const c: ContainerConfig = config;
  return {
    Hostname: c.Hostname ?? '',
    Domainname: c.Domainname ?? '',
    User: c.User ?? '',
    AttachStdin: c.AttachStdin ?? false,
    AttachStdout: c.AttachStdout ?? false,
    AttachStderr: c.AttachStderr ?? false,
    ...(isFull(c.ExposedPorts) ? { ExposedPorts: inOrder(c.ExposedPorts) } : {}),
    Tty: c.Tty ?? false,
    OpenStdin: c.OpenStdin ?? false,
    StdinOnce: c.StdinOnce ?? false,
    Env: c.Env ?? null,
    Cmd: c.Cmd ?? null,
    ...(c.Healthcheck ? { Healthcheck: goHealthcheck(c.Healthcheck) } : {}),
    ...(c.ArgsEscaped ? { ArgsEscaped: true } : {}),
    Image: c.Image ?? '',
    Volumes: c.Volumes ? inOrder(c.Volumes) : null,
    WorkingDir: c.WorkingDir ?? '',
    Entrypoint: c.Entrypoint ?? null,
    ...(c.NetworkDisabled ? { NetworkDisabled: true } : {}),
    ...(c.MacAddress ? { MacAddress: c.MacAddress } : {}),
    OnBuild: c.OnBuild ?? null,
    Labels: c.Labels ? inOrder(c.Labels) : null,
    ...(c.StopSignal ? { StopSignal: c.StopSignal } : {}),
    ...(c.StopTimeout === undefined || c.StopTimeout === null ? {} : { StopTimeout: c.StopTimeout }),
    ...(c.Shell?.length ? { Shell: c.Shell } : {}),
  };
}

const goHealthcheck = (check: NonNullable<ContainerConfig['Healthcheck']>): Record<string, unknown> =>
  withoutEmpty({
    Test: check.Test?.length ? check.Test : undefined,
    Interval: check.Interval || undefined,
    Timeout: check.Timeout || undefined,
    StartPeriod: check.StartPeriod || undefined,
    StartInterval: check.StartInterval || undefined,
    Retries: check.Retries || undefined,
  });

const goHistory = ({ created, created_by, author, comment, empty_layer }: History): Record<string, unknown> =>
  withoutEmpty({ created, created_by, author, comment, empty_layer: empty_layer || undefined });

const isFull = <T extends object>(map: T | null | undefined): map is T =>
  map !== undefined && map !== null && Object.keys(map).length > 0;

const withoutEmpty = (map: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined && value !== ''));

const withoutNulls = (map: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));

/** What images of the first format (before Docker 1.10) were called and had, which archives still carry for old readers. */
export interface V1Image {
  id?: string;
  parent?: string;
  comment?: string;
  created: string | null;
  container?: string;
  container_config: Record<string, unknown>;
  docker_version?: string;
  author?: string;
  config?: Record<string, unknown>;
  architecture?: string;
  variant?: string;
  os?: string;
}

/** The part of a configuration that images of the first format had. */
export function v1ImageOf(raw: Uint8Array): V1Image {
  const found = unmarshal(decode(raw)) as Partial<V1Image>;
  const configOf = (value: unknown) => goConfig(withoutNulls((value ?? {}) as Record<string, unknown>));
  return {
    ...(found.comment ? { comment: found.comment } : {}),
    created: found.created ?? null,
    ...(found.container ? { container: found.container } : {}),
    container_config: configOf(found.container_config),
    ...(found.docker_version ? { docker_version: found.docker_version } : {}),
    ...(found.author ? { author: found.author } : {}),
    ...(found.config ? { config: configOf(found.config) } : {}),
    ...(found.architecture ? { architecture: found.architecture } : {}),
    ...(found.variant ? { variant: found.variant } : {}),
    ...(found.os ? { os: found.os } : {}),
  };
}

/** What archives carry of the layers below the top. */
export const V1_BELOW: V1Image = { created: '1970-01-01T00:00:00Z', container_config: goConfig({}) };

/** Models moby image/v1 CreateID: what the id is the digest of. */
export const v1IdContent = (image: V1Image, layerId: Digest, parent: Digest | undefined): string =>
  marshalMap({ ...image, layer_id: layerId, ...(parent === undefined ? {} : { parent }) });

/** The document of an image of the first format, its fields in their order. */
export const writeV1 = ({ id, parent, ...rest }: V1Image): Uint8Array =>
  encode(marshal({ id, ...(parent === undefined ? {} : { parent }), ...rest }));

/** The configuration of today from a document of the first format: what it says of itself goes, layers and history come. */
export function rewriteV1(raw: Uint8Array, added: Pick<ImageConfig, 'rootfs' | 'history'>): Uint8Array {
  const document = unmarshal(decode(raw)) as Record<string, unknown>;
  for (const key of ['id', 'parent', 'Size', 'parent_id', 'layer_id', 'throwaway']) delete document[key];
  return encode(marshalMap({ ...document, ...added }));
}

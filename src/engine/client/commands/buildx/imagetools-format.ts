/** What `docker buildx imagetools inspect --format` shows. Models buildx util/imagetools, printers.go and loader.go. */
import { decode } from '../../../base/bytes.ts';
import type { RemoteManifest, Repository } from '../../../distribution/repository.ts';
import { type Index, isIndex, type Manifest, mediaTypeOf, parseManifest } from '../../../oci/manifest.ts';
import { isIndexType, isManifestType } from '../../../oci/media-type.ts';
import { formatPlatform, normalizePlatform, platformOf } from '../../../oci/platform.ts';
import { indentJson, marshal, parseJson } from '../../format/json.ts';
import { GO_FUNCTIONS } from '../../go-template/functions.ts';
import { Template } from '../../go-template/template.ts';
import {
  GoMap,
  type GoMethod,
  GoNil,
  GoSlice,
  GoStruct,
  type GoValue,
  truth,
} from '../../go-template/value.ts';
import { timeView, typedView } from '../../typed/view.ts';

/** Whether a template shows the manifest as it is shown without one: all that begin with it do. */
export const isOfManifest = (format: string): boolean => /^\{\{\s*\.Manifest/.test(format);

/**
 * The text that a template makes of what a registry has. Throws the template's errors.
 *
 * @param name as it was asked for
 */
export async function formatted(
  format: string,
  name: string,
  found: RemoteManifest,
  repository: Repository,
): Promise<string> {
  const document = parseManifest(found.bytes, found.type);
  const images = await imagesOf(found, document, repository);
  const template = new Template(format, '', OWN_FUNCTIONS);
  const manifest = manifestOf(found, document);
  const isOne = images.size <= 1;
  const image = isOne
    ? ([...images.values()][0] ?? new GoNil('*v1.Image'))
    : new GoMap(images, 'map[string]*v1.Image', new GoNil('*v1.Image'));
  const fields = new Map<string, GoValue>([
    ['Name', name],
    ['Manifest', manifest],
    ['Image', image],
  ]);
  // Attestations are not modelled: there are none.
  const none: GoMethod = { arity: 0, call: () => new GoStruct('imagetools.stub', new Map()) };
  const methods = new Map([
    ['SBOM', none],
    ['Provenance', none],
  ]);
  const json = () => `{"name":${marshal(name)},"manifest":${marshal(manifest)},"image":${marshal(image)}}`;
  const type = isOne ? 'imagetools.tplInput' : 'imagetools.tplInputs';
  return template.execute(new GoStruct(type, fields, methods, json));
}

/** Go's own, and JSON with line breaks. */
const OWN_FUNCTIONS: ReadonlyMap<string, GoMethod> = new Map([
  ...GO_FUNCTIONS,
  ['json', { arity: 1, call: ([value]) => indentJson(escaped(marshal(value!)), '  ') } satisfies GoMethod],
]);

const escaped = (json: string): string =>
  json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);

function manifestOf({ bytes, digest }: RemoteManifest, document: Manifest | Index): GoStruct {
  const own = { mediaType: mediaTypeOf(document), digest, size: bytes.length };
  if (!isIndex(document)) return view('Descriptor', own, 'interface {}');
  return view('Index', { ...own, ...document, mediaType: document.mediaType }, 'interface {}');
}

/** The images by their platforms. */
async function imagesOf(
  found: RemoteManifest,
  document: Manifest | Index,
  repository: Repository,
): Promise<Map<string, GoStruct>> {
  const images = new Map<string, GoStruct>();
  const take = async (manifest: Manifest) => {
    const config = parseJson(decode(await repository.blob(manifest.config.digest)));
    const entries = config instanceof GoMap ? config.entries : new Map<string, GoValue>();
    const text = (key: string) => {
      const value = entries.get(key);
      return typeof value === 'string' ? value : '';
    };
    return {
      image: imageView(entries),
      platform: { os: text('os'), architecture: text('architecture'), variant: text('variant') },
    };
  };
  const add = (platform: Parameters<typeof platformOf>[0], image: GoStruct) =>
    images.set(formatPlatform(normalizePlatform(platformOf(platform))), image);
  if (!isIndex(document)) {
    const { image, platform } = await take(document);
    add(platform, image);
    return images;
  }
  for (const { digest, mediaType, platform, annotations } of document.manifests) {
    if (!isManifestType(mediaType) || isIndexType(mediaType)) continue;
    if (annotations?.['vnd.docker.reference.digest'] !== undefined) continue;
    const { bytes, type } = digest === found.digest ? found : await repository.manifest(digest);
    const inner = parseManifest(bytes, type);
    if (isIndex(inner)) continue;
    const made = await take(inner);
    add(platform ?? made.platform, made.image);
  }
  return new Map([...images].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const view = (name: Parameters<typeof typedView>[0], value: object, type?: string): GoStruct =>
  typedView(name, parseJson(JSON.stringify(value)), type);

/** A configuration as the client's library decodes it: what it does not know is gone. */
function imageView(entries: ReadonlyMap<string, GoValue>): GoStruct {
  const created = entries.get('created');
  const platform = typedView('Platform', new GoMap(entries));
  const history = entries.get('history');
  const fields = new Map<string, GoValue>([
    ['Created', typeof created === 'string' ? timeView(created) : new GoNil('*time.Time')],
    ['Author', textOf(entries.get('author'))],
    ['Platform', platform],
    ['Config', typedView('OciConfig', entries.get('config') ?? null)],
    ['RootFS', typedView('OciRootFS', entries.get('rootfs') ?? null)],
    [
      'History',
      new GoSlice(
        history instanceof GoSlice ? history.items.map((line) => typedView('OciHistory', line)) : [],
        '[]v1.History',
      ),
    ],
  ]);
  // The platform is embedded: its fields are the image's own.
  const methods = new Map(
    [...platform.fields].map(([name, value]): [string, GoMethod] => [name, { arity: 0, call: () => value }]),
  );
  const member = ([field, value]: [string, GoValue]): string[] => {
    if (field === 'Platform') return [marshal(value).slice(1, -1)].filter(Boolean);
    return truth(value) ? [`"${field.toLowerCase()}":${marshal(value)}`] : [];
  };
  const json = () => `{${[...fields].flatMap(member).join(',')}}`;
  return new GoStruct('*v1.Image', fields, methods, json);
}

const textOf = (value: GoValue | undefined): string => (typeof value === 'string' ? value : '');

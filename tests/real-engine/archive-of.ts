import { encode } from '../../src/engine/base/bytes.ts';
import { digestOf } from '../../src/engine/oci/digest.ts';
import { entry, type LayerEntry } from '../../src/engine/oci/layer/entry.ts';
import { writeTar } from '../../src/engine/oci/layer/tar-writer.ts';

/** A file of an archive. */
export const file = (
  path: string,
  content: string | Uint8Array,
  rest: Partial<LayerEntry> = {},
): LayerEntry => {
  const bytes = typeof content === 'string' ? encode(content) : content;
  return entry(path, 'file', { extents: bytes.length === 0 ? [] : [{ offset: 0, bytes }], ...rest });
};

/** What an archive says of its image, to be spoilt. */
export interface Documents {
  config: Record<string, unknown>;
  manifest: unknown;
}

/** An archive as `docker save` of old wrote it, of an image with these layers under a name. */
export function archiveOf(
  name: string | undefined,
  layers: readonly Uint8Array[],
  spoil: (documents: Documents) => void = () => {},
  more: readonly LayerEntry[] = [],
): Uint8Array {
  const documents: Documents = {
    config: {
      architecture: 'amd64',
      os: 'linux',
      created: '2024-05-06T07:08:09.123456789Z',
      config: { Cmd: ['/bin/sh'], Labels: { by: 'drydock' } },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
    },
    manifest: [
      {
        Config: 'config.json',
        RepoTags: name === undefined ? null : [name],
        Layers: layers.map((_, i) => `layer${i}.tar`),
      },
    ],
  };
  spoil(documents);
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return writeTar([
    ...layers.map((layer, i) => file(`layer${i}.tar`, layer)),
    file('config.json', text(documents.config)),
    file('manifest.json', text(documents.manifest)),
    ...more,
  ]);
}

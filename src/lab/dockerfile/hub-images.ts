import { type ImageConfig, parseImageConfig } from '../../engine/oci/image-config.ts';
import { parseNormalizedNamed, tagNameOnly } from '../../engine/oci/reference.ts';

/** The images of the simulated Hub, as the site keeps them (site/hub-assets.ts). */
export interface HubImages {
  /** Short names of its repositories. */
  names(): Promise<string[]>;
  tags(name: string): Promise<string[]>;
  /** The configuration of an image; undefined where the Hub has no such image, or cannot be reached. */
  config(reference: string): Promise<ImageConfig | undefined>;
}

interface Contents {
  repositories: Record<string, { tags: Record<string, string> }>;
}

/** @param fetchBytes gets a file of the site by its path */
export function hubImages(fetchBytes: (path: string) => Promise<Uint8Array>): HubImages {
  const known = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, get: () => Promise<T>): Promise<T> => {
    const found = known.get(key) ?? get();
    known.set(key, found);
    // What could not be had is asked for again.
    found.catch(() => known.delete(key));
    return found as Promise<T>;
  };
  const json = async (path: string) => JSON.parse(new TextDecoder().decode(await fetchBytes(path)));
  const index = () => once('index', (): Promise<string[]> => json('hub/index.json'));
  const tagsOf = (path: string) =>
    once(path, async () => ((await json(`hub/${path}.json`)) as Contents).repositories[path]?.tags ?? {});
  const blob = (digest: string) => `hub/blobs/${digest.replace(':', '-')}.bin`;
  const configOf = async (digest: string): Promise<ImageConfig> => {
    const index = (await json(blob(digest))) as { manifests: { digest: string }[] };
    const manifest = (await json(blob(index.manifests[0]?.digest ?? ''))) as { config: { digest: string } };
    return parseImageConfig(await fetchBytes(blob(manifest.config.digest)));
  };
  return {
    async names() {
      return (await index()).map((name) => name.replace(/^library\//, ''));
    },
    async tags(name) {
      const path = name.includes('/') ? name : `library/${name}`;
      return (await index()).includes(path) ? Object.keys(await tagsOf(path)) : [];
    },
    async config(reference) {
      try {
        const { domain, path, tag = '' } = tagNameOnly(parseNormalizedNamed(reference));
        if (domain !== 'docker.io' || !(await index()).includes(path)) return undefined;
        const digest = (await tagsOf(path))[tag];
        return digest === undefined ? undefined : await once(digest, () => configOf(digest));
      } catch {
        return undefined;
      }
    },
  };
}

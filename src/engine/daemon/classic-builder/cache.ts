import type { ContainerConfig } from '../../api/containers.ts';
import { inOrder } from '../../base/go-json.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Engine } from '../engine.ts';
import { goConfig } from '../images/image-document.ts';
import type { Image } from '../images/image-store.ts';

/**
 * Finds the image that an instruction has made before. Nothing is found any more once something was not. Models moby
 * builder/dockerfile/imageprobe.go and image/cache.
 */
export class CacheProbe {
  readonly #engine: Engine;
  #isBusted: boolean;
  readonly #never: boolean;

  constructor(engine: Engine, never: boolean) {
    this.#engine = engine;
    this.#never = never;
    this.#isBusted = never;
  }

  /** A new stage begins. */
  reset(): void {
    this.#isBusted = this.#never;
  }

  /** The newest image made here of `parent` by a container so configured. */
  find(parent: Digest | undefined, config: ContainerConfig): Digest | undefined {
    if (this.#isBusted) return undefined;
    const wanted = comparable(config);
    const found = this.#engine.images
      .all()
      .filter((image) => image.parent === parent && comparable(madeBy(image)) === wanted)
      .sort((a, b) => (createdOf(a) < createdOf(b) ? 1 : -1))[0];
    this.#isBusted = found === undefined;
    return found?.id;
  }
}

const madeBy = ({ config }: Image): ContainerConfig => documentOf(config).container_config ?? {};
const createdOf = ({ config }: Image): string => documentOf(config).created ?? '';

const documentOf = (config: Image['config']) =>
  config as { container_config?: ContainerConfig; created?: string };

/** What two containers must share to have done the same (moby image/cache/compare.go): hosts' names and images are passed over. */
function comparable(config: ContainerConfig): string {
  const { Hostname: _, Image: __, MacAddress: ___, ...rest } = goConfig(config);
  const full = Object.entries(rest).filter(([, value]) => !isEmpty(value));
  return JSON.stringify(
    full.map(([key, value]) => [key, key === 'Labels' ? inOrder(value as Record<string, unknown>) : value]),
  );
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);

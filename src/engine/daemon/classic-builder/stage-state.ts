import type { ContainerConfig } from '../../api/containers.ts';
import { splitVariable, withVariable } from '../../builder/change-config.ts';
import { DEFAULT_PATH } from '../../builder/plan/target-image.ts';
import type { Digest } from '../../oci/digest.ts';
import type { Image } from '../images/image-store.ts';
import type { BuildArgs } from './build-args.ts';

/** A stage while it is built: each instruction makes a new image of the one before. Models moby's dispatchState. */
export class StageState {
  readonly name: string;
  readonly args: BuildArgs;
  /** What containers of the image are given. */
  config: ContainerConfig = {};
  /** The image so far; undefined for `scratch`. */
  imageId: Digest | undefined;
  author = '';
  /** A CMD came before: an ENTRYPOINT leaves it alone. */
  isCmdSet = false;

  constructor(name: string, args: BuildArgs) {
    this.name = name;
    this.args = args;
  }

  /** Begins with an image, or with nothing. */
  begin(image: Image | undefined): void {
    this.imageId = image?.id;
    this.config = structuredClone((image?.config.config ?? {}) as ContainerConfig);
    const env = this.config.Env ?? [];
    if (!env.some((entry) => splitVariable(entry)[0] === 'PATH'))
      this.config.Env = withVariable(env, 'PATH', DEFAULT_PATH);
    this.config.OpenStdin = false;
    this.config.StdinOnce = false;
  }

  /** The configuration, told which image it goes on from. */
  get current(): ContainerConfig {
    return { ...structuredClone(this.config), Image: this.imageId ?? '' };
  }

  get shell(): readonly string[] {
    return this.config.Shell?.length ? this.config.Shell : ['/bin/sh', '-c'];
  }
}

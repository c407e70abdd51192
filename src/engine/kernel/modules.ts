import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Kernel } from './kernel.ts';

/** A part of the kernel that a machine can do without until something asks for it. Loading it registers what it brings. */
export type KernelModule = (kernel: Kernel) => void;

/** Where a kernel finds its modules, by alias (modules.alias): at once, or when one has been fetched. */
export interface ModuleSource {
  get(alias: string): MaybePromise<KernelModule | undefined>;
}

/** The modules of a kernel, which it loads itself when it misses one (request_module, modprobe(8)). */
export class Modules {
  readonly #kernel: Kernel;
  readonly #source: ModuleSource;
  readonly #loaded = new Set<KernelModule>();

  constructor(kernel: Kernel, source: ModuleSource) {
    this.#kernel = kernel;
    this.#source = source;
  }

  /** Loads what an alias stands for, if anything. Whether that brought what was missing, the caller sees for itself. */
  request(alias: string): MaybePromise<void> {
    const module = this.#source.get(alias);
    return module instanceof Promise ? module.then((there) => this.#load(there)) : this.#load(module);
  }

  #load(module: KernelModule | undefined): void {
    if (module === undefined || this.#loaded.has(module)) return;
    this.#loaded.add(module);
    module(this.#kernel);
  }
}

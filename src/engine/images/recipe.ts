import type { ExecutionConfig } from '../oci/image-config.ts';
import type { Tree } from './tree.ts';

/** How an image is made, as data: what a Dockerfile and its context would say. */
export interface Recipe {
  /** On the registry, e.g. `library/nginx`. */
  repository: string;
  tags: readonly string[];
  /** The image it builds on: its layers, history and configuration. */
  from?: Recipe;
  steps: readonly Step[];
  /** What the steps set, over the configuration of `from`. */
  config?: ExecutionConfig;
  /** When the last step was built; RFC 3339 in UTC. */
  created: string;
  /**
   * `docker` writes schema 2 manifests without an index, as `docker push` does; `schema1` what it wrote before 2016, under the
   * first tag.
   */
  format?: 'oci' | 'docker' | 'schema1';
  /** The version that the classic builder left in the configuration. */
  dockerVersion?: string;
  author?: string;
}

/** One line of the history; with files, one layer. */
export interface Step {
  createdBy: string;
  comment?: string;
  files?: Tree | ((context: LayerContext) => Tree);
  /** When it was built; that of the recipe by default. */
  created?: string;
}

/** What the files of a layer may depend on. */
export interface LayerContext {
  architecture: Architecture;
  /** All that the layers below hold, each path as the topmost has it. */
  below: Readonly<Tree>;
}

export type Architecture = 'amd64' | 'arm64';

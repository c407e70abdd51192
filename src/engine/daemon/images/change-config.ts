import type { ContainerConfig } from '../../api/containers.ts';
import { DockerfileError } from '../../builder/ast.ts';
import { changeConfig } from '../../builder/change-config.ts';
import { invalidParameter } from '../error.ts';

/** A configuration with Dockerfile instructions applied, refused as the API does. */
export function changedConfig(config: ContainerConfig, changes: readonly string[]): ContainerConfig {
  try {
    return changeConfig(config, changes);
  } catch (error) {
    if (error instanceof DockerfileError) throw invalidParameter(error.message);
    throw error;
  }
}

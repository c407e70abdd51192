import type { ContainerSummary } from './containers.ts';
import type { ImageSummary } from './images.ts';
import type { Volume } from './volumes.ts';

/** One record of the build cache (SystemDataUsageResponse in the Engine API). */
export interface BuildCacheRecord {
  ID: string;
  /** The real one writes it with this blank, and so no client finds it. */
  ' Parents'?: string[];
  Type: string;
  Description: string;
  InUse: boolean;
  Shared: boolean;
  Size: number;
  CreatedAt: string;
  LastUsedAt: string | null;
  UsageCount: number;
}

/** GET /system/df. Sizes in bytes; layers that images share are counted once in LayersSize. */
export interface DiskUsageResponse {
  LayersSize: number;
  Images: ImageSummary[];
  Containers: ContainerSummary[];
  Volumes: Volume[];
  BuildCache: BuildCacheRecord[];
}

import type { SourceExcerpt } from './build.ts';

/**
 * What BuildKit's control API answers (api/services/control), in JSON: where the real client calls the method `Control/DiskUsage` over
 * gRPC, ours posts to a path of the method's name.
 */
export const CONTROL = '/moby.buildkit.v1.Control';

/** A record of the build cache: client.UsageInfo. */
export interface UsageInfo {
  ID: string;
  Mutable: boolean;
  InUse: boolean;
  Size: number;
  Parents: string[] | null;
  CreatedAt: string;
  LastUsedAt: string | null;
  UsageCount: number;
  Description: string;
  RecordType: UsageRecordType;
  Shared: boolean;
}

/** What a record of the build cache holds. */
export type UsageRecordType =
  | 'internal'
  | 'frontend'
  | 'source.local'
  | 'source.git.checkout'
  | 'exec.cachemount'
  | 'regular';

/** What to take away from the build cache, and what to leave: client.PruneInfo. Sizes in bytes, durations in ns; 0 for none. */
export interface PruneInfo {
  all: boolean;
  /** Each a list of conditions between commas, of which one must hold (containerd filters); null for none. */
  filter: string[] | null;
  keepDuration: number;
  maxUsedSpace: number;
  minFreeSpace: number;
  reservedSpace: number;
}

/** A worker: client.WorkerInfo, with the version of BuildKit. */
export interface WorkerInfo {
  ID: string;
  Labels: Record<string, string>;
  /** `linux/amd64/v2` */
  Platforms: string[];
  GCPolicy: PruneInfo[];
  Version: string;
}

/** A build that was asked for: controlapi.BuildHistoryRecord, with what its provenance names. */
export interface BuildRecord {
  Ref: string;
  /** What the Dockerfile's frontend was told: `target`, `build-arg:NAME`, `label:NAME` and so on. */
  FrontendAttrs: Record<string, string>;
  CreatedAt: string;
  CompletedAt: string | null;
  /** ns, up to now where it is not over. */
  Duration: number;
  Error?: BuildRecordError;
  NumTotalSteps: number;
  NumCompletedSteps: number;
  NumCachedSteps: number;
  /** What it was made of; null where nothing was done. */
  Materials: { URI: string; Digest: string }[] | null;
  /** What has become of it. */
  Attachments: { Digest: string; Type: string }[];
}

/** Why a build failed. */
export interface BuildRecordError {
  /** A status of gRPC. */
  Code: number;
  Message: string;
  /** The step that failed. */
  Vertex?: string;
  Source?: SourceExcerpt;
}

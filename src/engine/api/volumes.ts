/** Wire types of `/volumes`. */
export interface Volume {
  CreatedAt?: string;
  Driver: string;
  Labels: Record<string, string> | null;
  Mountpoint: string;
  Name: string;
  Options: Readonly<Record<string, string>> | null;
  Scope: string;
  UsageData?: { RefCount: number; Size: number };
}

/** GET /volumes */
export interface ListVolumesResponse {
  Volumes: Volume[] | null;
  Warnings: string[] | null;
}

/** POST /volumes/create */
export interface CreateVolumeRequest {
  Name?: string;
  Driver?: string;
  DriverOpts?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
  /** Of a volume that a swarm is to have. */
  ClusterVolumeSpec?: object;
}

/** POST /volumes/prune */
export interface PruneVolumesResponse {
  VolumesDeleted: string[];
  SpaceReclaimed: number;
}

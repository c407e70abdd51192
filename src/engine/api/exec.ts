/** Wire types of `/containers/{id}/exec` and `/exec`. */

/** POST /containers/{id}/exec */
export interface CreateExecRequest {
  User?: string;
  Privileged?: boolean;
  Tty?: boolean;
  ConsoleSize?: [height: number, width: number];
  AttachStdin?: boolean;
  AttachStderr?: boolean;
  AttachStdout?: boolean;
  DetachKeys?: string;
  Env?: string[] | null;
  WorkingDir?: string;
  Cmd: string[];
}

export interface CreateExecResponse {
  Id: string;
}

/** POST /exec/{id}/start */
export interface StartExecRequest {
  Detach: boolean;
  Tty: boolean;
  ConsoleSize?: [height: number, width: number];
}

/** GET /exec/{id}/json */
export interface ExecInspect {
  ID: string;
  Running: boolean;
  ExitCode: number | null;
  ProcessConfig: {
    tty: boolean;
    entrypoint: string;
    arguments: string[];
    privileged?: boolean;
    user?: string;
  };
  OpenStdin: boolean;
  OpenStderr: boolean;
  OpenStdout: boolean;
  CanRemove: boolean;
  ContainerID: string;
  DetachKeys: string;
  Pid: number;
}

/** What BuildKit's Dockerfile frontend answers when it is asked of a Dockerfile instead of building it (`--call`). */

/** Models frontend/subrequests/outline. */
export interface Outline {
  name?: string;
  description?: string;
  args?: OutlineArg[];
  secrets?: OutlineSecret[];
  /** The Dockerfile, in base64. */
  sources?: string[];
}

export interface OutlineArg {
  name: string;
  description?: string;
  value?: string;
  location: RequestLocation;
}

export interface OutlineSecret {
  name: string;
  required?: boolean;
  location: RequestLocation;
}

/** Models frontend/subrequests/targets. */
export interface TargetList {
  targets: Target[];
  /** The Dockerfile, in base64. */
  sources: string[];
}

export interface Target {
  name?: string;
  default?: boolean;
  description?: string;
  base?: string;
  platform?: string;
  location: RequestLocation;
}

export interface RequestLocation {
  ranges: { start: { line: number }; end: { line: number } }[];
}

/** Models frontend/subrequests Request. */
export interface RequestDescription {
  name: string;
  version: string;
  type: string;
  description: string;
  opts: { name: string; description: string }[] | null;
  inputs: null;
  metadata: { name: string; description: string }[];
  refs: null;
}

/** The id of the message whose `aux` is the answer to any such request but that for checks: JSON, as the frontend wrote it. */
export const REQUEST_ID = 'moby.buildkit.result';

export interface RequestAnswer {
  'result.json': string;
}

import { digestOf, hexOf } from '../oci/digest.ts';
import type { ExecutionConfig } from '../oci/image-config.ts';
import type { Recipe, Step } from './recipe.ts';
import { directory, link, script, type Tree } from './tree.ts';

/** The instructions of a Dockerfile: each gives its line of the history, its layer and its part of the configuration at once. */
export interface Instruction {
  name: string;
  rest: string;
  files?: Step['files'];
  config?: ExecutionConfig;
}

type Files = Step['files'];

const instruction = (name: string, rest: string, config: ExecutionConfig): Instruction => ({
  name,
  rest,
  config,
});

/** RUN in its shell form, with what the command leaves behind. */
export const run = (command: string, files: Files): Instruction => ({ name: 'RUN', rest: command, files });

export const copy = (from: string, to: string, files: Files): Instruction => ({
  name: 'COPY',
  rest: `${from} ${to}`,
  files,
});

/** `COPY NAME DIRECTORY` of a script that can be executed. */
export const copyScript = (name: string, to: string, text: string): Instruction =>
  copy(name, to, { [`${to.replace(/^\/|\/$/g, '')}/${name}`.replace(/^\//, '')]: script(text) });

export const add = (from: string, to: string, files: Files): Instruction => ({
  name: 'ADD',
  rest: `${from} ${to}`,
  files,
});

export const env = (name: string, value: string): Instruction =>
  instruction('ENV', `${name}=${value}`, { Env: [`${name}=${value}`] });

export const label = (name: string, value: string): Instruction =>
  instruction('LABEL', `${name}=${value}`, { Labels: { [name]: value } });

export const arg = (text: string): Instruction => instruction('ARG', text, {});

/** `80/tcp` or just `80`. */
export function expose(...ports: (string | number)[]): Instruction {
  const all = ports.map((port) => (String(port).includes('/') ? String(port) : `${port}/tcp`));
  return instruction('EXPOSE', `map[${all.map((port) => `${port}:{}`).join(' ')}]`, {
    ExposedPorts: Object.fromEntries(all.map((port) => [port, {}])),
  });
}

export const volume = (...paths: string[]): Instruction =>
  instruction('VOLUME', `[${paths.join(' ')}]`, {
    Volumes: Object.fromEntries(paths.map((path) => [path, {}])),
  });

/** Always a layer with BuildKit, of nothing when the directory is there. */
export const workdir = (path: string): Instruction => ({
  name: 'WORKDIR',
  rest: path,
  files: ({ below }): Tree => (path.slice(1) in below ? {} : { [path.slice(1)]: directory() }),
  config: { WorkingDir: path },
});

export const user = (name: string): Instruction => instruction('USER', name, { User: name });

export const entrypoint = (...words: string[]): Instruction =>
  instruction('ENTRYPOINT', quoted(words), { Entrypoint: words });

export const cmd = (...words: string[]): Instruction => instruction('CMD', quoted(words), { Cmd: words });

export const stopsignal = (signal: string): Instruction =>
  instruction('STOPSIGNAL', signal, { StopSignal: signal });

/** `ln -s`, as images do it for names of former times. */
export const symlink = (target: string, path: string): Instruction =>
  run(`ln -s ${target} ${path}`, { [path.slice(1)]: link(target) });

/** A list of strings as Go prints it with %q. */
const quoted = (words: readonly string[]): string =>
  `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;

export interface Dockerfile extends Omit<Recipe, 'steps'> {
  /** Who built it; BuildKit unless said otherwise. */
  builder?: 'buildkit' | 'classic';
  lines: readonly Instruction[];
  /** What is set without a line that says so: the path, by BuildKit. */
  config?: ExecutionConfig;
}

/** The recipe that a Dockerfile amounts to. */
export function image({ lines, builder = 'buildkit', config = {}, ...recipe }: Dockerfile): Recipe {
  return {
    ...recipe,
    steps: lines.map((line) =>
      builder === 'buildkit' ? byBuildKit(line) : byClassic(line, recipe.repository),
    ),
    config: lines.reduce<ExecutionConfig>((sum, line) => withMore(sum, line.config), config),
  };
}

function withMore(sum: ExecutionConfig, more: ExecutionConfig = {}): ExecutionConfig {
  return {
    ...sum,
    ...more,
    ...(more.Env ? { Env: [...(sum.Env ?? []), ...more.Env] } : {}),
    ...(more.Labels ? { Labels: { ...sum.Labels, ...more.Labels } } : {}),
    ...(more.Volumes ? { Volumes: { ...sum.Volumes, ...more.Volumes } } : {}),
    ...(more.ExposedPorts ? { ExposedPorts: { ...sum.ExposedPorts, ...more.ExposedPorts } } : {}),
  };
}

const SHELL = '/bin/sh -c';

function byBuildKit({ name, rest, files }: Instruction): Step {
  const line = name === 'RUN' ? `RUN ${SHELL} ${rest}` : `${name} ${rest}`;
  const marked = ['RUN', 'COPY', 'ADD'].includes(name) ? `${line} # buildkit` : line;
  return { createdBy: marked, comment: 'buildkit.dockerfile.v0', ...(files ? { files } : {}) };
}

/** The classic builder shows what is no RUN as a comment, copies by a digest of the content, and makes no layer of WORKDIR. */
function byClassic({ name, rest, files }: Instruction, repository: string): Step {
  if (name === 'RUN') return { createdBy: `${SHELL} ${rest}`, ...(files ? { files } : {}) };
  if (name === 'COPY' || name === 'ADD') {
    const [from = '', to] = rest.split(' ');
    const content = from.startsWith('file:')
      ? from
      : `file:${hexOf(digestOf(`${repository} ${name} ${rest}`))}`;
    return { createdBy: `${SHELL} #(nop) ${name} ${content} in ${to} `, ...(files ? { files } : {}) };
  }
  if (name === 'WORKDIR') return { createdBy: `${SHELL} #(nop) WORKDIR ${rest}` };
  return { createdBy: `${SHELL} #(nop)  ${name} ${rest}` };
}

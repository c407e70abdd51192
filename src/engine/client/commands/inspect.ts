/** `docker inspect` and its kin. Models docker/cli `cli/command/inspect` and `cli/command/system/inspect.go`. */
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { EngineError } from '../engine-client.ts';
import { indentJson, marshalInOrder, parseJson } from '../format/json.ts';
import { Template, TemplateSyntaxError } from '../go-template/template.ts';
import type { GoValue } from '../go-template/value.ts';
import { typedView } from '../typed/view.ts';
import { containerPath, imagePath, networkPath, volumePath } from './each.ts';
import { platformQuery } from './platform.ts';

/** What can be inspected, and how the Go client types it. */
type Kind = 'container' | 'image' | 'network' | 'volume' | 'plugin';
/** What only swarms have. */
const OF_SWARM = ['config', 'node', 'secret', 'service', 'task'];

interface Found {
  text: string;
  kind: Kind | undefined;
  /** The Go type where a template sees nothing else, not the JSON that was sent. */
  type?: string;
  /** The Go value that a template sees, where it is none of these kinds. */
  view?: GoValue;
}

export const inspect: Action = (cli, { flags, args }) => {
  const type = flags.string('type');
  const size = flags.bool('size');
  if (type !== '' && !TYPES.includes(type))
    throw new CliError(
      `unknown type: ${JSON.stringify(type)}: must be one of ${TYPES.map((name) => JSON.stringify(name)).join(', ')}`,
    );
  if (flags.changed('type') && type === '')
    throw new CliError(
      `type is empty: must be one of ${TYPES.map((name) => JSON.stringify(name)).join(', ')}`,
    );
  return showInspected(cli, args, flags.string('format'), async (name) => {
    if (type !== '') {
      if (OF_SWARM.includes(type))
        return {
          kind: undefined,
          text: await cli.engine.text('GET', `/${type}s/${encodeURIComponent(name)}`),
        };
      const kind = type as Kind;
      const text = await fetchObject(cli, kind, name, { size });
      if (size && kind !== 'container') await cli.err(`WARNING: --size ignored for ${kind}\n`);
      return { kind, text };
    }
    for (const kind of KINDS) {
      try {
        const text = await fetchObject(cli, kind, name, { size: size && kind === 'container' });
        if (size && kind !== 'container') await cli.err(`WARNING: --size ignored for ${kind}\n`);
        return { kind, text };
      } catch (error) {
        if (!isAbsence(error)) throw error;
      }
    }
    throw new CliError(`Error: No such object: ${name}`);
  });
};

const KINDS: readonly Kind[] = ['container', 'image', 'network', 'volume', 'plugin'];
const TYPES = [
  'config',
  'container',
  'image',
  'network',
  'node',
  'plugin',
  'secret',
  'service',
  'task',
  'volume',
];

/** Not found, or a name that this kind of object cannot have. */
const isAbsence = (error: unknown) =>
  error instanceof EngineError &&
  (error.code === 404 || /invalid reference format|not a swarm manager/.test(error.message));

const of =
  (kind: Kind): Action =>
  (cli, { flags, args }) => {
    const platform = platformQuery(flags.string('platform'));
    return showInspected(cli, args, flags.string('format'), async (name) => ({
      kind,
      ...(kind === 'volume' ? { type: 'volume.Volume' } : {}),
      text: await fetchObject(cli, kind, name, {
        size: flags.bool('size'),
        verbose: flags.bool('verbose'),
        platform,
      }),
    }));
  };

export const inspectContainer: Action = of('container');
export const inspectImage: Action = of('image');
export const inspectNetwork: Action = of('network');
export const inspectVolume: Action = of('volume');
export const inspectPlugin: Action = of('plugin');

function fetchObject(
  cli: Cli,
  kind: Kind,
  name: string,
  options: { size?: boolean; verbose?: boolean; platform?: string | undefined },
): Promise<string> {
  switch (kind) {
    case 'container':
      return cli.engine.text('GET', `${containerPath(name)}/json`, {
        query: { size: options.size ? '1' : undefined },
      });
    case 'image':
      if (name === '') throw new CliError('Error: No such image: ');
      return cli.engine.text('GET', `/images/${imagePath(name)}/json`, {
        query: { platform: options.platform },
      });
    case 'network':
      return cli.engine.text('GET', networkPath(name), {
        query: { verbose: options.verbose ? 'true' : undefined },
      });
    case 'volume':
      return cli.engine.text('GET', volumePath(name));
    case 'plugin':
      return cli.engine.text('GET', `/plugins/${imagePath(name)}/json`);
  }
}

/** Looks things up one after another and shows them, as a list or by a template; what was not found is told at the end. */
export async function showInspected(
  cli: Cli,
  names: readonly string[],
  format: string,
  fetchOne: (name: string) => Promise<Found>,
): Promise<number | undefined> {
  let template: Template | undefined;
  if (format !== '' && format !== 'json') {
    try {
      template = new Template(format);
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error;
      throw new CliError(`template parsing error: ${error.message}`, 64);
    }
  }
  const elements: string[] = [];
  const errors: string[] = [];
  for (const name of names) {
    try {
      const found = await fetchOne(name);
      elements.push(template === undefined ? found.text.trim() : `${applyTemplate(template, found)}\n`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      errors.push(error.message);
    }
  }
  if (template !== undefined) await cli.out(elements.length === 0 ? '\n' : elements.join(''));
  else if (elements.length === 0) await cli.out('[]\n');
  else if (format === 'json')
    await cli.out(`[${elements.map((text) => marshalInOrder(parseJson(text))).join(',')}]\n`);
  else await cli.out(`${indentJson(`[${elements.join(',')}]`, '    ')}\n`);
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return undefined;
}

/** As a Go struct first; where that fails, as plain JSON, whose error is the one that is told. */
function applyTemplate(template: Template, { text, kind, type, view }: Found): string {
  if (view !== undefined) {
    try {
      return template.execute(view);
    } catch (error) {
      throw new CliError(`template parsing error: ${(error as Error).message}`);
    }
  }
  const raw = parseJson(text);
  if (kind !== undefined && kind !== 'plugin') {
    try {
      return template.execute(typedView(kind, raw, type));
    } catch (error) {
      if (type !== undefined) throw new CliError(`template parsing error: ${(error as Error).message}`);
      // The struct has no such field under that name.
    }
  }
  try {
    return template.execute(raw, { missingKeyIsError: true });
  } catch (error) {
    throw new CliError(`template parsing error: ${(error as Error).message}`);
  }
}

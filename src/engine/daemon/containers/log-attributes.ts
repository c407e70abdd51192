/** What the options of a json-file log add to each of its lines. Models moby daemon/logger `Info.ExtraAttributes` and loggerutils `ParseLogTag`. */
import { quote } from '../../base/go-quote.ts';
import { GoError } from '../../runtime/go-error.ts';
import { notModelled } from '../error.ts';
import type { Container } from './container.ts';

/** In the order of their names; undefined where there are none. Throws `GoError`. */
export function logAttributes(container: Container): Record<string, string> | undefined {
  const { config, hostConfig } = container;
  const options = hostConfig.LogConfig?.Config ?? {};
  const environment = new Map(
    (config.Env ?? []).map((entry) => {
      const equals = entry.indexOf('=');
      return [entry.slice(0, equals), entry.slice(equals + 1)] as const;
    }),
  );
  const found = new Map<string, string>();
  const take = (values: ReadonlyMap<string, string>, names: string, pattern: string) => {
    for (const name of names.split(',')) if (values.has(name)) found.set(name, values.get(name)!);
    if (pattern === '') return;
    const expression = patternOf(pattern);
    for (const [name, value] of values) if (expression.test(name)) found.set(name, value);
  };
  take(new Map(Object.entries(config.Labels ?? {})), options['labels'] ?? '', options['labels-regex'] ?? '');
  take(environment, options['env'] ?? '', options['env-regex'] ?? '');
  if (options['tag']) found.set('tag', tagOf(options['tag'], container));
  if (found.size === 0) return undefined;
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new GoError(`error parsing regexp: ${text}`);
  }
}

/** A tag is a template, of which the fields by themselves are modelled. */
function tagOf(tag: string, container: Container): string {
  const image = container.image.replace(/^sha256:/, '');
  const fields: Readonly<Record<string, string>> = {
    ID: container.id.slice(0, 12),
    FullID: container.id,
    Name: container.name,
    ImageID: image.slice(0, 12),
    ImageFullID: container.image,
    ImageName: container.config.Image ?? '',
    DaemonName: 'docker',
  };
  return tag.replace(/\{\{(.*?)\}\}/g, (whole, action: string, at: number) => {
    const name = /^\s*\.(\w+)\s*$/.exec(action)?.[1];
    if (name === undefined) throw notModelled(`the log tag ${quote(whole)}`);
    const value = fields[name];
    if (value !== undefined) return value;
    throw new GoError(
      `template: log-tag:1:${at + action.indexOf('.') + 2}: executing "log-tag" at <.${name}>: can't evaluate field ${name} in type *logger.Info`,
    );
  });
}

/** `docker events`. Models docker/cli `cli/command/system/events.go`. */
import { rfc3339Nano } from '../../base/calendar.ts';
import { timestamp } from '../../base/go-timestamp.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { marshalInOrder, parseJson } from '../format/json.ts';
import { Template, TemplateError, TemplateSyntaxError } from '../go-template/template.ts';
import { GoMap, GoStruct, type GoValue, JsonNumber } from '../go-template/value.ts';
import { textLines } from '../json-lines.ts';
import { filtersOf } from './filters.ts';

export const events: Action = async (cli, { flags }) => {
  const template = templateOf(flags.string('format'));
  const time = (name: 'since' | 'until') => {
    const text = flags.string(name);
    try {
      return text === '' ? undefined : timestamp(text, cli.now());
    } catch (error) {
      throw new CliError((error as Error).message);
    }
  };
  const filters = filtersOf(flags.list('filter'));
  const { body } = await cli.engine.request('GET', '/events', {
    query: {
      since: time('since'),
      until: time('until'),
      filters: filters.empty ? undefined : filters.toJson(),
    },
  });
  for await (const text of textLines(body)) {
    const event = parseJson(text);
    if (template === undefined) await cli.out(`${plain(event)}\n`);
    else await cli.out(`${template.execute(message(event))}\n`);
  }
  return undefined;
};

/** Tried on an event without content first, so that what no event has is told at once. */
function templateOf(format: string): Template | undefined {
  if (format === '') return undefined;
  try {
    const template = new Template(format === 'json' ? '{{json .}}' : format);
    template.execute(message(new GoMap(new Map(), 'map[string]interface {}', null), true));
    return template;
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError) && !(error instanceof TemplateError)) throw error;
    throw new CliError(`Error parsing format: ${error.message}`, 64);
  }
}

const member = (of: GoValue | undefined, name: string): GoValue | undefined =>
  of instanceof GoMap ? of.entries.get(name) : undefined;

const textOf = (of: GoValue | undefined, name: string): string => {
  const found = member(of, name);
  return typeof found === 'string' ? found : '';
};

const numberOf = (of: GoValue, name: string): string => {
  const found = member(of, name);
  return found instanceof JsonNumber ? found.text : '0';
};

/** events.Message, as templates see it. */
function message(event: GoValue, pointer = false): GoStruct {
  const actor = member(event, 'Actor');
  const attributes = member(actor, 'Attributes');
  const actorStruct = new GoStruct(
    'events.Actor',
    new Map<string, GoValue>([
      ['ID', textOf(actor, 'ID')],
      [
        'Attributes',
        new GoMap(attributes instanceof GoMap ? attributes.entries : new Map(), 'map[string]string', ''),
      ],
    ]),
    new Map(),
    () => marshalInOrder(actor ?? null),
  );
  return new GoStruct(
    `${pointer ? '*' : ''}events.Message`,
    new Map<string, GoValue>([
      ['Status', textOf(event, 'status')],
      ['ID', textOf(event, 'id')],
      ['From', textOf(event, 'from')],
      ['Type', textOf(event, 'Type')],
      ['Action', textOf(event, 'Action')],
      ['Actor', actorStruct],
      ['Scope', textOf(event, 'scope')],
      ['Time', new JsonNumber(numberOf(event, 'time'))],
      ['TimeNano', new JsonNumber(numberOf(event, 'timeNano'))],
    ]),
    new Map(),
    () => marshalInOrder(event),
  );
}

/** A line for people: when, what kind of thing, what happened to it, which one, and what else is known. */
function plain(event: GoValue): string {
  const actor = member(event, 'Actor');
  const attributes = member(actor, 'Attributes');
  const known =
    attributes instanceof GoMap ? [...attributes.entries].sort(([a], [b]) => (a < b ? -1 : 1)) : [];
  const shown = known.map(([name, value]) => `${name}=${String(value)}`).join(', ');
  const line = `${timeOf(numberOf(event, 'timeNano'))} ${textOf(event, 'Type')} ${textOf(event, 'Action')} ${textOf(actor, 'ID')}`;
  return shown === '' ? line : `${line} (${shown})`;
}

/** RFC 3339 with all nine digits of nanoseconds. */
function timeOf(nanoseconds: string): string {
  const seconds = nanoseconds.slice(0, -9) || '0';
  return rfc3339Nano(Number(seconds) * 1000).replace(
    /(\.\d+)?Z$/,
    `.${nanoseconds.padStart(9, '0').slice(-9)}Z`,
  );
}

/** `docker version`. Models docker/cli `cli/command/system/version.go`. */

import type { VersionResponse } from '../../api/system.ts';
import { API_VERSION, BUILD_TIME, CLIENT_GIT_COMMIT, ENGINE_VERSION, GO_VERSION } from '../../api/version.ts';
import { calendar, MONTHS, parseRfc3339, WEEKDAYS } from '../../base/calendar.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { currentContext } from '../current-context.ts';
import { marshal } from '../format/json.ts';
import { Template, TemplateError, TemplateSyntaxError } from '../go-template/template.ts';
import { GoMap, GoNil, GoSlice, GoStruct, type GoValue } from '../go-template/value.ts';

const MAIN = [
  'Version',
  'ApiVersion',
  'GoVersion',
  'GitCommit',
  'BuildTime',
  'Os',
  'Arch',
  'Experimental',
  'MinAPIVersion',
  'KernelVersion',
];

export const version: Action = async (cli, { flags, globals, config }) => {
  const context = currentContext(cli, globals, config);
  const format = flags.string('format');
  let template: Template | undefined;
  if (format !== '') {
    try {
      template = new Template(format === 'json' ? '{{json .}}' : format, 'version');
    } catch (error) {
      if (error instanceof TemplateSyntaxError)
        throw new CliError(`template parsing error: ${error.message}`, 64);
      throw error;
    }
  }
  let server: VersionResponse | undefined;
  let failure: CliError | undefined;
  try {
    server = await cli.engine.json<VersionResponse>('GET', '/version');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    failure = error;
  }
  if (template === undefined) await cli.out(text(cli, server, context));
  else {
    try {
      await cli.out(`${template.execute(model(cli, server, context))}\n`);
    } catch (error) {
      // What was written before the error stays written, and its line is ended.
      await cli.out(`${error instanceof TemplateError ? error.partial : ''}
`);
      throw failure ?? new CliError((error as Error).message);
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
};

function text(cli: Cli, server: VersionResponse | undefined, context: string): string {
  const lines: [indent: number, label: string, value?: string][] = [
    [0, 'Client:'],
    [1, 'Version:', ENGINE_VERSION],
    [1, 'API version:', apiVersion(cli)],
    [1, 'Go version:', GO_VERSION],
    [1, 'Git commit:', CLIENT_GIT_COMMIT],
    [1, 'Built:', BUILD_TIME],
    [1, 'OS/Arch:', 'linux/amd64'],
    [1, 'Context:', context],
  ];
  if (server !== undefined) {
    const platform = server.Platform?.Name ?? '';
    lines.push([0, ''], [0, `Server:${platform === '' ? '' : ` ${platform}`}`]);
    for (const { Name: name, Version, Details: details = {} } of server.Components ?? []) {
      lines.push([1, `${name}:`]);
      if (name === 'Engine')
        lines.push(
          [2, 'Version:', Version],
          [2, 'API version:', `${details['ApiVersion']} (minimum version ${details['MinAPIVersion']})`],
          [2, 'Go version:', details['GoVersion']!],
          [2, 'Git commit:', details['GitCommit']!],
          [2, 'Built:', ansic(details['BuildTime'] ?? '')],
          [2, 'OS/Arch:', `${details['Os']}/${details['Arch']}`],
          [2, 'Experimental:', details['Experimental']!],
        );
      else {
        lines.push([2, 'Version:', Version]);
        for (const key of Object.keys(details).sort())
          if (!MAIN.includes(key) || key === 'GitCommit') lines.push([2, `${key}:`, details[key]!]);
      }
    }
  }
  return lines
    .map(([indent, label, value]) => {
      const head = ' '.repeat(indent) + label;
      return `${value === undefined ? head : head.padEnd(20) + value}\n`;
    })
    .join('');
}

/** `2026-09-15T11:02:57.0+00:00` as `Tue Sep 15 11:02:57 2026`; anything else as it is. */
function ansic(text: string): string {
  const ms = parseRfc3339(text);
  if (ms === undefined) return text;
  const t = calendar(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${WEEKDAYS[t.weekday]} ${MONTHS[t.month - 1]} ${String(t.day).padStart(2)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} ${t.year}`;
}

const apiVersion = (cli: Cli) =>
  cli.engine.version === API_VERSION ? API_VERSION : `${cli.engine.version} (downgraded from ${API_VERSION})`;

/** What `--format` sees. */
function model(cli: Cli, server: VersionResponse | undefined, context: string): GoValue {
  const client = struct('system.clientVersion', {
    Version: ENGINE_VERSION,
    ApiVersion: cli.engine.version,
    DefaultAPIVersion: API_VERSION,
    GitCommit: CLIENT_GIT_COMMIT,
    GoVersion: GO_VERSION,
    Os: 'linux',
    Arch: 'amd64',
    BuildTime: BUILD_TIME,
    Context: context,
  });
  const fields = new Map<string, GoValue>([['Client', client]]);
  fields.set('Server', server === undefined ? new GoNil('*types.Version') : serverModel(server));
  const aliased = new GoStruct(
    'system.versionInfo',
    fields,
    new Map([['ServerOK', { arity: 0, call: () => server !== undefined }]]),
    () => `{"Client":${marshal(client)},"Server":${marshal(fields.get('Server')!)}}`,
  );
  // The Go field is APIVersion; its JSON name is ApiVersion.
  (client.fields as Map<string, GoValue>).set('APIVersion', cli.engine.version);
  return aliased;
}

function struct(type: string, fields: Record<string, GoValue>): GoStruct {
  const json = marshal(new GoStruct(type, new Map(Object.entries(fields))));
  return new GoStruct(type, new Map(Object.entries(fields)), new Map(), () => json);
}

function serverModel(server: VersionResponse): GoStruct {
  const components = (server.Components ?? []).map((component) =>
    struct('types.ComponentVersion', {
      Name: component.Name,
      Version: component.Version,
      Details: new GoMap(
        new Map(
          Object.entries(component.Details ?? {}).map(([key, value]) => [
            key,
            key === 'BuildTime' ? ansic(value) : value,
          ]),
        ),
        'map[string]string',
        '',
      ),
    }),
  );
  const value = struct('*types.Version', {
    Platform: struct('struct { Name string }', { Name: server.Platform?.Name ?? '' }),
    Components: new GoSlice(components, '[]types.ComponentVersion'),
    Version: server.Version,
    ApiVersion: server.ApiVersion,
    MinAPIVersion: server.MinAPIVersion,
    GitCommit: server.GitCommit,
    GoVersion: server.GoVersion,
    Os: server.Os,
    Arch: server.Arch,
    KernelVersion: server.KernelVersion,
    BuildTime: server.BuildTime,
  });
  (value.fields as Map<string, GoValue>)
    .set('APIVersion', server.ApiVersion)
    .set('Experimental', server.Experimental ?? false);
  return value;
}

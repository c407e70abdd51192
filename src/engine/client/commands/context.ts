/** `docker context …`. Models docker/cli `cli/command/context`. */
import { parseBool } from '../../base/go-bool.ts';
import { marshal } from '../../base/go-json.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import { saveConfig } from '../config-file.ts';
import {
  ContextStore,
  checkContextName,
  DEFAULT_CONTEXT,
  type DockerContext,
  storedForm,
} from '../contexts.ts';
import { currentContext } from '../current-context.ts';
import { DEFAULT_HOST } from '../endpoint.ts';
import { ellipsis } from '../format/identifiers.ts';
import { formatList, type Headers } from '../format/list.ts';
import { GoMap, GoStruct, type GoValue } from '../go-template/value.ts';
import { absolute } from '../parse/mount.ts';
import { showInspected } from './inspect.ts';

const HEADERS: Headers = {
  Name: 'NAME',
  Description: 'DESCRIPTION',
  DockerEndpoint: 'DOCKER ENDPOINT',
  Error: 'ERROR',
};

const TABLE = '{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}';

const storeOf = (cli: Cli, { directory }: Invocation): ContextStore => new ContextStore(cli, directory);

/** The context that stands for the environment and its flags; it lies in no file. */
export const defaultContext = (cli: Cli): DockerContext => ({
  name: DEFAULT_CONTEXT,
  description: '',
  host: cli.env('DOCKER_HOST') || DEFAULT_HOST,
  skipTlsVerify: false,
});

export const listContexts: Action = async (cli, invocation) => {
  const { flags, config, globals } = invocation;
  const current = currentContext(cli, globals, config);
  const store = storeOf(cli, invocation);
  const all: (DockerContext & { error?: string })[] = [defaultContext(cli), ...(await store.all())];
  // One that is wanted and not there is shown with what is wrong with it.
  if (!all.some(({ name }) => name === current))
    all.push({ ...EMPTY, name: current, error: await complaint(store, current) });
  const quiet = flags.bool('quiet');
  const rows = all
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, host, error = '' }) => ({
      Name: name,
      Description: name === DEFAULT_CONTEXT ? 'Current DOCKER_HOST based configuration' : description,
      DockerEndpoint: host,
      Error: ellipsis(error, ERROR_WIDTH),
      Current: name === current,
    }));
  const format = quiet ? '{{.Name}}' : flags.string('format');
  await cli.out(
    formatList({ type: '*formatter.clientContextContext', headers: HEADERS, format, table: TABLE }, rows),
  );
  if (cli.env('DOCKER_HOST'))
    await cli.err(
      'Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.\n',
    );
  return undefined;
};

const EMPTY: DockerContext = { name: '', description: '', host: '', skipTlsVerify: false };

/** How much of an error is shown in a list. */
const ERROR_WIDTH = 45;

async function complaint(store: ContextStore, name: string): Promise<string> {
  try {
    await store.get(name);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

export const showContext: Action = async (cli, { globals, config }) => {
  await cli.out(`${currentContext(cli, globals, config)}\n`);
  return undefined;
};

export const inspectContexts: Action = async (cli, invocation) => {
  const { args, flags, config, globals } = invocation;
  const store = storeOf(cli, invocation);
  const names = args.length > 0 ? args : [currentContext(cli, globals, config)];
  return showInspected(cli, names, flags.string('format'), async (name) => {
    const isDefault = name === DEFAULT_CONTEXT;
    const context = isDefault ? defaultContext(cli) : await store.get(name);
    const nowhere = '<IN MEMORY>';
    const stored = storedForm(context);
    const Storage = {
      MetadataPath: isDefault ? nowhere : store.metadataPath(name),
      TLSPath: isDefault ? nowhere : store.tlsPath(name),
    };
    const text = marshal({ ...stored, TLSMaterial: {}, Storage });
    return { kind: undefined, text, view: contextView(context, Storage, text, marshal(stored)) };
  });
};

/**
 * A context as the struct that `inspect` shows (docker/cli `contextWithTLSListing`): it embeds what is stored, so that `.Metadata` is
 * all of that.
 */
function contextView(
  { name, description, host, skipTlsVerify }: DockerContext,
  storage: Readonly<Record<string, string>>,
  text: string,
  stored: string,
): GoStruct {
  const struct = (type: string, fields: Readonly<Record<string, GoValue>>, json: string): GoStruct =>
    new GoStruct(type, new Map(Object.entries(fields)), new Map(), () => json);
  const plain = (type: string, fields: Readonly<Record<string, GoValue>>): GoStruct =>
    new GoStruct(type, new Map(Object.entries(fields)));
  const endpoint = struct(
    'docker.EndpointMeta',
    { Host: host, SkipTLSVerify: skipTlsVerify },
    marshal({ ...(host === '' ? {} : { Host: host }), SkipTLSVerify: skipTlsVerify }),
  );
  const Endpoints = new GoMap(new Map([['docker', endpoint]]));
  const said = marshal(description === '' ? {} : { Description: description });
  const own = struct(
    'command.DockerContext',
    { Description: description, AdditionalFields: new GoMap(new Map()) },
    said,
  );
  const Metadata = struct('store.Metadata', { Name: name, Metadata: own, Endpoints }, stored);
  return struct(
    'context.contextWithTLSListing',
    {
      Name: name,
      Metadata,
      Endpoints,
      TLSMaterial: new GoMap(new Map(), 'map[string]store.EndpointFiles'),
      Storage: plain('store.StorageInfo', storage),
    },
    text,
  );
}

export const createContext: Action = async (cli, invocation) => {
  const { args, flags } = invocation;
  const name = args[0]!;
  const store = storeOf(cli, invocation);
  checkContextName(name);
  if (await store.has(name)) throw new CliError(`context "${name}" already exists`);
  // Without a word on the engine it is the one of now.
  const from =
    flags.string('from') ||
    (flags.changed('docker') ? '' : currentContext(cli, invocation.globals, invocation.config));
  const base = from === '' ? EMPTY : from === DEFAULT_CONTEXT ? defaultContext(cli) : await store.get(from);
  const endpoint = await endpointOf(cli, store, flags.map('docker'));
  await store.save({
    ...base,
    ...endpoint,
    name,
    description: flags.changed('description') ? flags.string('description') : base.description,
  });
  await cli.out(`${name}\n`);
  await cli.err(`Successfully created context "${name}"\n`);
  return undefined;
};

export const updateContext: Action = async (cli, invocation) => {
  const { args, flags } = invocation;
  const name = args[0]!;
  checkContextName(name);
  const store = storeOf(cli, invocation);
  const before = await store.get(name);
  const description = flags.changed('description') ? flags.string('description') : before.description;
  await store.save({ ...before, ...(await endpointOf(cli, store, flags.map('docker'))), name, description });
  await cli.out(`${name}\n`);
  await cli.err(`Successfully updated context "${name}"\n`);
  return undefined;
};

/** What `--docker` says of the engine. */
async function endpointOf(
  cli: Cli,
  store: ContextStore,
  asked: Readonly<Record<string, string>>,
): Promise<Partial<Pick<DockerContext, 'host' | 'skipTlsVerify'>>> {
  const failed = (why: string) => new CliError(`unable to create docker endpoint config: ${why}`);
  for (const key of Object.keys(asked)) {
    const file = asked[key]!;
    if (['ca', 'cert', 'key'].includes(key)) {
      if (!(await cli.exists(absolute(await cli.cwd(), file))))
        throw failed(`open ${file}: no such file or directory`);
      throw new CliError(`docker: 'docker context create --docker ${key}=…' is not modelled in Drydock yet`);
    }
    if (!['from', 'host', 'skip-tls-verify'].includes(key)) throw failed(`unrecognized config key: ${key}`);
  }
  if (asked['from'] !== undefined) {
    const { host, skipTlsVerify } =
      asked['from'] === DEFAULT_CONTEXT
        ? defaultContext(cli)
        : await store.get(asked['from']).catch((error: Error) => {
            throw failed(error.message);
          });
    return { host, skipTlsVerify };
  }
  const host = asked['host'];
  const skip = asked['skip-tls-verify'];
  if (skip !== undefined && parseBool(skip) === undefined)
    throw failed(`skip-tls-verify: parsing ${JSON.stringify(skip)}: invalid syntax`);
  return {
    ...(host === undefined ? {} : { host }),
    ...(skip === undefined ? {} : { skipTlsVerify: parseBool(skip)! }),
  };
}

export const useContext: Action = async (cli, invocation) => {
  const name = invocation.args[0]!;
  if (name !== DEFAULT_CONTEXT) await storeOf(cli, invocation).get(name);
  const { config } = invocation;
  if (config.currentContext !== (name === DEFAULT_CONTEXT ? '' : name))
    await saveConfig(cli, config, new Map([['currentContext', name === DEFAULT_CONTEXT ? '' : name]]));
  await cli.out(`${name}\n`);
  await cli.err(`Current context is now "${name}"\n`);
  if (cli.env('DOCKER_HOST') && name !== DEFAULT_CONTEXT)
    await cli.err(
      'Warning: DOCKER_HOST environment variable overrides the active context. To use ' +
        `"${name}", either set the global --context flag, or unset DOCKER_HOST environment variable.\n`,
    );
  return undefined;
};

export const removeContexts: Action = async (cli, invocation) => {
  const { args, flags, config } = invocation;
  const store = storeOf(cli, invocation);
  const complaints: string[] = [];
  for (const name of args) {
    const isUsed = name === currentContext(cli, invocation.globals, config);
    if (name === DEFAULT_CONTEXT) complaints.push('context "default" cannot be removed');
    else if (!(await store.has(name))) {
      if (!flags.bool('force')) complaints.push(`context "${name}" does not exist`);
      else await cli.out(`${name}\n`);
    } else if (isUsed && !flags.bool('force'))
      complaints.push(`context "${name}" is in use, set -f flag to force remove`);
    else {
      await store.remove(name);
      if (config.currentContext === name) await saveConfig(cli, config, new Map([['currentContext', '']]));
      await cli.out(`${name}\n`);
    }
  }
  if (complaints.length > 0) throw new CliError(complaints.join('\n'));
  return undefined;
};

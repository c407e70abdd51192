/** `docker info`. Models docker/cli `cli/command/system/info.go`. */
import type { InfoResponse } from '../../api/system.ts';
import { API_VERSION, BUILD_TIME, CLIENT_GIT_COMMIT, ENGINE_VERSION, GO_VERSION } from '../../api/version.ts';
import { bytesSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { currentContext } from '../current-context.ts';
import { marshal, parseJson } from '../format/json.ts';
import { Template, TemplateError, TemplateSyntaxError } from '../go-template/template.ts';
import { GoMap, GoSlice, GoStruct, type GoValue, JsonNumber } from '../go-template/value.ts';
import { installedPlugins } from '../plugins.ts';

export const info: Action = async (cli, { flags, debug, directory, globals, config }) => {
  const format = flags.string('format');
  const own: Own = {
    debug,
    context: currentContext(cli, globals, config),
    plugins: await installedPlugins(cli, directory),
  };
  if (/\.[a-zA-Z]/.test(format)) {
    const alone = withoutServer(format, own);
    if (alone !== undefined) {
      await cli.out(`${alone}\n`);
      return undefined;
    }
  }
  let answer: string | undefined;
  let failure: CliError | undefined;
  try {
    answer = await cli.engine.text('GET', '/info');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    failure = error;
  }
  if (format !== '') {
    let template: Template;
    try {
      template = new Template(format === 'json' ? '{{json .}}' : format);
    } catch (error) {
      if (error instanceof TemplateSyntaxError)
        throw new CliError(`template parsing error: ${error.message}`, 64);
      throw error;
    }
    try {
      await cli.out(`${template.execute(model(answer ?? '{}', own))}\n`);
    } catch (error) {
      await cli.out(`${error instanceof TemplateError ? error.partial : ''}
`);
      throw failure ?? new CliError((error as Error).message);
    }
    if (failure !== undefined) throw failure;
    return undefined;
  }
  await cli.out(
    `Client:\n Version:    ${ENGINE_VERSION}\n Context:    ${own.context}\n Debug Mode: ${own.debug}\n${pluginLines(own.plugins)}\nServer:\n`,
  );
  if (failure !== undefined) throw failure;
  await showServer(cli, JSON.parse(answer!) as InfoResponse);
  return undefined;
};

type Plugins = Awaited<ReturnType<typeof installedPlugins>>;

/** What the client knows by itself. */
interface Own {
  readonly debug: boolean;
  readonly context: string;
  readonly plugins: Plugins;
}

/** What a template makes of the client's own part; undefined where it wants more. Models docker/cli needsServerInfo(). */
function withoutServer(format: string, own: Own): string | undefined {
  const sparse = new GoStruct('system.sparseInfo', new Map([['ClientInfo', clientInfo(own)]]));
  try {
    return new Template(format).execute(sparse);
  } catch {
    return undefined;
  }
}

function pluginLines(plugins: Plugins): string {
  const lines = plugins.map(
    ({ name, vendor, version, short, path }) =>
      `  ${name}: ${short} (${vendor})\n    Version:  ${version}\n    Path:     ${path}\n`,
  );
  return lines.length === 0 ? '' : ` Plugins:\n${lines.join('')}`;
}

async function showServer(cli: Cli, info: InfoResponse): Promise<void> {
  const lines: string[] = [];
  const line = (text: string) => lines.push(` ${text}`);
  const filled = (label: string, value: unknown) => {
    if (value !== undefined && value !== '' && value !== null) line(`${label}: ${value}`);
  };
  line(`Containers: ${info.Containers}`);
  line(` Running: ${info.ContainersRunning}`);
  line(` Paused: ${info.ContainersPaused}`);
  line(` Stopped: ${info.ContainersStopped}`);
  line(`Images: ${info.Images}`);
  filled('Server Version', info.ServerVersion);
  filled('Storage Driver', info.Driver);
  for (const [name, value] of info.DriverStatus ?? []) line(` ${name}: ${value}`);
  filled('Logging Driver', info.LoggingDriver);
  filled('Cgroup Driver', info.CgroupDriver);
  filled('Cgroup Version', info.CgroupVersion);
  line('Plugins:');
  line(` Volume: ${info.Plugins.Volume.join(' ')}`);
  line(` Network: ${info.Plugins.Network.join(' ')}`);
  if ((info.Plugins.Authorization ?? []).length > 0)
    line(` Authorization: ${info.Plugins.Authorization!.join(' ')}`);
  line(` Log: ${info.Plugins.Log.join(' ')}`);
  if ((info.CDISpecDirs ?? []).length > 0) {
    line('CDI spec directories:');
    for (const directory of info.CDISpecDirs!) line(` ${directory}`);
  }
  line(`Swarm: ${info.Swarm.LocalNodeState}`);
  if (Object.keys(info.Runtimes ?? {}).length > 0) {
    line(`Runtimes: ${Object.keys(info.Runtimes).join(' ')}`);
    line(`Default Runtime: ${info.DefaultRuntime}`);
  }
  if (info.OSType === 'linux') {
    line(`Init Binary: ${info.InitBinary}`);
    line(`containerd version: ${info.ContainerdCommit.ID}`);
    line(`runc version: ${info.RuncCommit.ID}`);
    line(`init version: ${info.InitCommit.ID === 'N/A' ? '' : info.InitCommit.ID}`);
    if ((info.SecurityOptions ?? []).length > 0) {
      line('Security Options:');
      for (const option of info.SecurityOptions) {
        const pairs = option.split(',').map((pair) => pair.split('='));
        for (const [key, value] of pairs) {
          if (key === 'name') line(` ${value}`);
          else line(`  ${key![0]!.toUpperCase()}${key!.slice(1)}: ${value}`);
        }
      }
    }
  }
  filled('Kernel Version', info.KernelVersion);
  filled('Operating System', info.OperatingSystem);
  filled('OSType', info.OSType);
  filled('Architecture', info.Architecture);
  line(`CPUs: ${info.NCPU}`);
  line(`Total Memory: ${bytesSize(info.MemTotal)}`);
  filled('Name', info.Name);
  filled('ID', info.ID);
  line(`Docker Root Dir: ${info.DockerRootDir}`);
  line(`Debug Mode: ${info.Debug}`);
  if (info.Debug) {
    line(` File Descriptors: ${info.NFd}`);
    line(` Goroutines: ${info.NGoroutines}`);
    line(` System Time: ${info.SystemTime}`);
    line(` EventsListeners: ${info.NEventsListener}`);
  }
  filled('HTTP Proxy', info.HttpProxy);
  filled('HTTPS Proxy', info.HttpsProxy);
  filled('No Proxy', info.NoProxy);
  if ((info.Labels ?? []).length > 0) {
    line('Labels:');
    for (const label of info.Labels) line(` ${label}`);
  }
  line(`Experimental: ${info.ExperimentalBuild}`);
  const registry = info.RegistryConfig;
  if (registry !== null && registry !== undefined) {
    const insecure = [
      ...Object.values(registry.IndexConfigs ?? {})
        .filter((index) => !index.Secure)
        .map((index) => index.Name),
      ...(registry.InsecureRegistryCIDRs ?? []),
    ];
    if (insecure.length > 0) {
      line('Insecure Registries:');
      for (const entry of insecure) line(` ${entry}`);
    }
    if ((registry.Mirrors ?? []).length > 0) {
      line('Registry Mirrors:');
      for (const mirror of registry.Mirrors!) line(` ${mirror}`);
    }
  }
  line(`Live Restore Enabled: ${info.LiveRestoreEnabled}`);
  const backend = info.FirewallBackend;
  if (backend !== undefined && backend.Driver !== '' && backend.Driver !== 'iptables') {
    line(`Firewall Backend: ${backend.Driver}`);
    for (const [name, value] of backend.Info ?? []) line(`  ${name}: ${value}`);
  }
  await cli.out(`${lines.join('\n')}\n\n`);
  for (const warning of info.Warnings ?? []) await cli.err(`${warning}\n`);
}

/** What `--format` sees: the answer with the client's own part. */
function model(answer: string, own: Own): GoValue {
  const server = parseJson(answer) as GoMap;
  const fields = new Map<string, GoValue>([...server.entries, ['ClientInfo', clientInfo(own)]]);
  return asStruct('system.dockerInfo', fields, UNSENT);
}

function clientInfo({ debug, context, plugins }: Own): GoValue {
  return asStruct(
    'ClientInfo',
    new Map<string, GoValue>([
      ['Debug', debug],
      ['Version', ENGINE_VERSION],
      ['DefaultAPIVersion', API_VERSION],
      ['GitCommit', CLIENT_GIT_COMMIT],
      ['GoVersion', GO_VERSION],
      ['Os', 'linux'],
      ['Arch', 'amd64'],
      ['BuildTime', BUILD_TIME],
      ['Context', context],
      ['Plugins', new GoSlice(plugins.map(pluginFields))],
      ['Warnings', null],
    ]),
  );
}

const pluginFields = ({ name, vendor, version, short, path }: Plugins[number]): GoMap =>
  new GoMap(
    new Map([
      ['SchemaVersion', '0.1.0'],
      ['Vendor', vendor],
      ['Version', version],
      ['ShortDescription', short],
      ['Name', name],
      ['Path', path],
    ]),
  );

const NONE = new GoSlice([], '[]string', true);

/** Fields that JSON leaves out while they are empty. */
const UNSENT: ReadonlyMap<string, GoValue> = new Map<string, GoValue>([
  ['DefaultAddressPools', NONE],
  ['CDISpecDirs', NONE],
  ['DiscoveredDevices', NONE],
  ['KernelMemoryTCP', false],
  ['ProductLicense', ''],
  ['UserName', ''],
  ['ClientErrors', NONE],
  ['ServerErrors', NONE],
]);

/** Fields that the structs call otherwise than their JSON. */
const GO_NAMES: Readonly<Record<string, string>> = {
  CpuCfsPeriod: 'CPUCfsPeriod',
  CpuCfsQuota: 'CPUCfsQuota',
  HttpProxy: 'HTTPProxy',
  HttpsProxy: 'HTTPSProxy',
};

/** JSON objects as structs: numbers are ints, unknown fields are told so. */
function asStruct(
  type: string,
  fields: ReadonlyMap<string, GoValue>,
  unsent: ReadonlyMap<string, GoValue> = new Map(),
): GoStruct {
  const typed = new Map([...fields].map(([name, value]) => [name, plain(name, value)]));
  return new GoStruct(
    type,
    new Map([...unsent, ...[...typed].map(([name, value]) => [GO_NAMES[name] ?? name, value] as const)]),
    new Map(),
    () =>
      `{${[...typed].map(([name, value]) => `${JSON.stringify(name)}:${marshal(value, false)}`).join(',')}}`,
  );
}

const STRUCT_FIELDS = [
  'Plugins',
  'RegistryConfig',
  'Swarm',
  'ContainerdCommit',
  'RuncCommit',
  'InitCommit',
  'FirewallBackend',
  'ClientInfo',
  'Containerd',
];

/** Fields that are nil slices when the engine sends null. */
const SLICES = ['Authorization', 'GenericResources', 'Mirrors', 'RemoteManagers', 'Warnings'];

function plain(name: string, value: GoValue): GoValue {
  if (value === null && SLICES.includes(name)) return NONE;
  if (value instanceof JsonNumber) return Number(value.text);
  if (value instanceof GoMap) {
    if (STRUCT_FIELDS.includes(name)) return asStruct(name, value.entries);
    return new GoMap(
      new Map([...value.entries].map(([key, item]) => [key, plain(key, item)])),
      value.type,
      '',
    );
  }
  if (value instanceof GoSlice)
    return new GoSlice(
      value.items.map((item) => plain('', item)),
      value.type,
    );
  return value;
}

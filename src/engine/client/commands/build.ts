/** `docker build`: what `docker buildx build` does with the default builder. Models buildx commands/build.go. */
import {
  type BuildMessage,
  CHECK_ID,
  type CheckResult,
  IMAGE_ID,
  type SolveStatus,
  TRACE_ID,
  type VertexWarning,
} from '../../api/build.ts';
import { REQUEST_ID, type RequestAnswer } from '../../api/build-requests.ts';
import { encode } from '../../base/bytes.ts';
import { marshal } from '../../base/go-json.ts';
import { InvalidReference, parseNormalizedNamed } from '../../oci/reference.ts';
import { calledFunction } from '../buildx/call.ts';
import { type CallResult, showCallResult } from '../buildx/call-result.ts';
import { prepareContext } from '../buildx/context.ts';
import { PlainDisplay } from '../buildx/plain-display.ts';
import { excerptText, warningsText } from '../buildx/report.ts';
import { Trace } from '../buildx/trace.ts';
import { TtyDisplay } from '../buildx/tty-display.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import { DEPARTURES } from '../fidelity/departures.ts';
import type { ParsedFlags } from '../flags/parsed.ts';
import { jsonLines } from '../json-lines.ts';
import { assignments, registries } from './build-request.ts';

export const build: Action = async (cli, invocation) => {
  const { flags, args, debug } = invocation;
  const progress = flags.string('progress');
  if (flags.bool('quiet') && !['', 'auto', 'quiet', 'none'].includes(progress))
    throw new CliError(`ERROR: progress=${progress} and quiet cannot be used together`);
  refuseUnmodelled(flags);
  if (flags.bool('squash')) await cli.err(SQUASH);
  for (const tag of flags.list('tag')) checkTag(tag);
  const call = calledFunction(flags);
  const context = await prepareContext(cli, args[0]!, flags.string('file'));
  const mode = flags.bool('quiet') ? 'quiet' : progress;

  const display = await open(cli, mode);
  const warnings: VertexWarning[] = [];
  let id = '';
  let called: CallResult | undefined;
  let failure: BuildMessage['errorDetail'];
  const { body } = await cli.engine.request('POST', '/build', {
    query: {
      ...(await queryOf(cli, invocation)),
      call: call?.name,
      remote: context.remote || undefined,
      session: context.sharedKey,
      dockerfile: context.dockerfile,
    },
    headers: { 'Content-Type': 'application/x-tar', 'X-Registry-Config': await registries(cli, invocation) },
    ...(context.body === undefined ? {} : { rawBody: context.body }),
  });
  for await (const message of jsonLines<BuildMessage>(body)) {
    if (message.id === TRACE_ID) {
      const status = message.aux as SolveStatus;
      warnings.push(...(status.warnings ?? []));
      await display.update(status);
    } else if (message.id === CHECK_ID) called = { found: message.aux as CheckResult };
    else if (message.id === REQUEST_ID) called = { json: (message.aux as RequestAnswer)['result.json'] };
    else if (message.id === IMAGE_ID) id = (message.aux as { ID: string }).ID;
    else if (message.errorDetail) failure = message.errorDetail;
  }
  await display.end();
  if (mode !== 'quiet' && mode !== 'rawjson') await cli.err(warningsText(warnings, debug));
  if (failure !== undefined) {
    if (failure.source !== undefined) await cli.err(excerptText(failure.source));
    throw new CliError(`ERROR: failed to build: failed to solve: ${failure.message}`);
  }
  if (flags.bool('quiet')) await cli.out(`${id}\n`);
  if (call !== undefined && called !== undefined) return showCallResult(cli, call, called, context.shownAs);
  const idFile = flags.string('iidfile');
  if (idFile !== '') await cli.writeFile(idFile, encode(id), 0o644);
  return undefined;
};

const SQUASH =
  'WARNING: experimental flag squash is removed with BuildKit. You should squash inside build using a multi-stage Dockerfile for efficiency.\n';

interface Display {
  update(status: SolveStatus): Promise<void>;
  end(): Promise<void>;
}

/** How often a display is drawn at most, ms. */
const PERIOD = 100;
const DESCRIPTION = 'building with "default" instance using docker driver';

/** A display of the kind that was asked for: a picture at a terminal, else lines. */
async function open(cli: Cli, mode: string): Promise<Display> {
  const trace = new Trace();
  const write = (text: string) => cli.err(text);
  switch (mode) {
    case 'quiet':
    case 'none':
      return { update: async () => undefined, end: async () => undefined };
    case 'rawjson':
      return { update: (status) => write(`${marshal(status)}\n`), end: async () => undefined };
    case 'plain':
      return paced(cli, trace, new PlainDisplay(trace, DESCRIPTION, write));
    case 'auto':
    case 'tty': {
      if (!cli.terminal.stderr) {
        if (mode === 'tty')
          throw new CliError('ERROR: failed to get console: provided file is not a console');
        return paced(cli, trace, new PlainDisplay(trace, DESCRIPTION, write));
      }
      const size = async () => (await cli.windowSize(1)) ?? { columns: 80, rows: 24 };
      return paced(
        cli,
        trace,
        new TtyDisplay(trace, 'docker:default', { write, now: () => cli.now(), size }),
      );
    }
    default:
      throw new CliError(`ERROR: invalid progress mode ${mode}`);
  }
}

/** Draws what is new: at once if nothing was drawn for a while, else when that while is over. */
function paced(cli: Cli, trace: Trace, display: { refresh(isLast?: boolean): Promise<void> }): Display {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let waiting: Promise<void> | undefined;
  let isOver = false;
  const draw = async () => {
    drawnAt = cli.now();
    await display.refresh();
  };
  const later = async () => {
    await cli.sleep(Math.max(0, drawnAt + PERIOD - cli.now()));
    waiting = undefined;
    if (!isOver) await draw();
  };
  return {
    async update(status) {
      trace.update(status);
      if (waiting !== undefined) return;
      if (cli.now() - drawnAt >= PERIOD) await draw();
      else waiting = later();
    },
    async end() {
      isOver = true;
      await display.refresh(true);
      await cli.err(trace.failures());
    },
  };
}

function checkTag(tag: string): void {
  try {
    parseNormalizedNamed(tag);
  } catch (error) {
    if (!(error instanceof InvalidReference)) throw error;
    // buildx has a version of the library that says less.
    const [why = ''] = error.message.replace(/^invalid reference format: (?=repository)/, '').split(' (');
    const short =
      tag === ''
        ? 'repository name must have at least one component'
        : why.startsWith('repository name')
          ? 'repository name must be lowercase'
          : error.message;
    throw new CliError(`ERROR: failed to build: invalid tag "${tag}": ${short}`);
  }
}

async function queryOf(cli: Cli, { flags }: Invocation) {
  return {
    version: '2',
    t: flags.list('tag'),
    buildargs: json(assignments(cli, flags.list('build-arg'), undefined)),
    labels: json(assignments(cli, flags.list('label'), '')),
    target: flags.string('target') || undefined,
    platform: flags.list('platform').join(',') || undefined,
    networkmode: flags.string('network') === 'default' ? undefined : flags.string('network'),
    nocache: flags.bool('no-cache') ? '1' : undefined,
    nocachefilter: flags.list('no-cache-filter'),
    pull: flags.bool('pull') ? '1' : undefined,
    extrahosts: flags.list('add-host').map((host) => host.replace('=', ':')),
    secrets: json(await secretsOf(cli, flags.list('secret'))),
  };
}

const json = (map: Record<string, string>): string | undefined =>
  Object.keys(map).length === 0 ? undefined : marshal(map);

/** `id=x,src=FILE` or `id=x,env=NAME`. */
async function secretsOf(cli: Cli, given: readonly string[]): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const text of given) {
    const fields = new Map(text.split(',').map((field) => field.split('=', 2) as [string, string]));
    const id = fields.get('id') ?? '';
    const file = fields.get('src') ?? fields.get('source') ?? (fields.has('env') ? undefined : id);
    if (file === undefined) {
      out[id] = cli.env(fields.get('env')!) ?? '';
      continue;
    }
    const path = file.startsWith('/') ? file : `${await cli.cwd()}/${file}`;
    if (!(await cli.exists(path)))
      throw new CliError(
        `ERROR: failed to build: failed to stat ${file}: stat ${file}: no such file or directory`,
      );
    out[id] = new TextDecoder().decode(await cli.readFile(path));
  }
  return out;
}

/** Refuses what would otherwise be passed over in silence. */
function refuseUnmodelled(flags: ParsedFlags): void {
  const refuse = (what: string) =>
    new CliError(`ERROR: docker build: ${what} is not modelled in Drydock yet`);
  const network = flags.string('network');
  if (!['default', 'none', 'host'].includes(network))
    throw new CliError(
      `ERROR: failed to build: network mode "${network}" not supported by buildkit - you can define a custom network for your builder using the network driver-opt in buildx create`,
    );
  for (const name of DEPARTURES['docker build']?.absent ?? [])
    if (flags.changed(name)) throw refuse(`--${name}`);
}

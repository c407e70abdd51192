import type { CreateExecRequest, ExecInspect, StartExecRequest } from '../../api/exec.ts';
import { decode, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { ProcessSpec } from '../../runtime/spec.ts';
import { Deferred } from '../deferred.ts';
import type { Engine } from '../engine.ts';
import { conflict, EngineError, invalidParameter, notFound, systemError } from '../error.ts';
import { Unavailable } from '../task-client.ts';
import { Attachment } from './attachment.ts';
import type { Container } from './container.ts';
import { parseKeys } from './escape-keys.ts';
import { capabilitiesOf, environmentOf, gainsNoPrivileges, replaceOrAppend } from './spec.ts';
import { makeFifos, openFifos, startError } from './start.ts';
import { Streams } from './streams.ts';
import { resolveUser } from './users.ts';

/** One `docker exec` (moby container/exec.go). */
export class Exec {
  readonly id: string;
  readonly container: Container;
  readonly request: CreateExecRequest;
  readonly streams = new Streams();
  running = false;
  started = false;
  exitCode: number | null = null;
  pid = 0;
  readonly finished = new Deferred();

  constructor(id: string, container: Container, request: CreateExecRequest) {
    this.id = id;
    this.container = container;
    this.request = request;
  }

  get command(): string {
    return [this.request.Cmd[0], this.request.Cmd.slice(1).join(' ')].join(' ');
  }

  async ended(engine: Engine, status: number): Promise<void> {
    // The code stands before the streams end: the client asks for it as soon as they do.
    this.exitCode = status;
    this.running = false;
    await engine.tasks.delete(this.container.id, this.id).catch(() => undefined);
    await this.streams.drained();
    engine.events.log(
      'container',
      'exec_die',
      this.container.id,
      this.attributes({ exitCode: String(status) }),
    );
    this.finished.resolve();
  }

  attributes(more: Record<string, string> = {}): Record<string, string> {
    return this.container.attributes({ execID: this.id, ...more });
  }

  inspect(): ExecInspect {
    const { request } = this;
    return {
      ID: this.id,
      Running: this.running,
      ExitCode: this.exitCode,
      ProcessConfig: {
        tty: request.Tty ?? false,
        entrypoint: request.Cmd[0]!,
        arguments: request.Cmd.slice(1),
        privileged: request.Privileged ?? false,
        ...(request.User ? { user: request.User } : {}),
      },
      OpenStdin: request.AttachStdin ?? false,
      OpenStderr: request.AttachStderr ?? false,
      OpenStdout: request.AttachStdout ?? false,
      CanRemove: false,
      ContainerID: this.container.id,
      DetachKeys: '',
      Pid: this.pid,
    };
  }
}

/** POST /containers/{id}/exec */
export async function createExec(engine: Engine, name: string, request: CreateExecRequest): Promise<Exec> {
  const container = engine.containers.get(name);
  checkRunning(container, name);
  if (!request.Cmd || request.Cmd.length === 0) throw invalidParameter('No exec command specified');
  // A user that the container does not know is refused now: once the connection is taken over it is too late.
  await resolveUser(engine.sys, `/proc/${container.state.pid}/root`, request.User ?? '');
  parseKeys(request.DetachKeys ?? '', 'escape');
  const exec = new Exec(engine.newId(), container, request);
  container.execs.set(exec.id, exec);
  engine.execs.set(exec.id, exec);
  engine.events.log('container', `exec_create: ${exec.command}`, container.id, exec.attributes());
  return exec;
}

export function findExec(engine: Engine, id: string): Exec {
  const exec = engine.execs.get(id);
  if (exec === undefined) throw notFound(`No such exec instance: ${id}`);
  return exec;
}

function checkRunning(container: Container, name: string): void {
  const { state } = container;
  if (!state.running) throw conflict(`container ${container.id} is not running`);
  if (state.paused) throw conflict(`Container ${name} is paused, unpause the container before exec`);
  if (state.restarting)
    throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
}

/** What must hold before the connection is taken over. */
export function checkExec(exec: Exec): void {
  if (exec.started) throw conflict(`Error: Exec command ${exec.id} has already run`);
  checkRunning(exec.container, exec.container.id);
}

/** Starts an exec; with an attachment, what goes wrong from here on is told through it. */
export async function startExec(
  engine: Engine,
  exec: Exec,
  options: StartExecRequest,
): Promise<Attachment | undefined> {
  checkExec(exec);
  exec.started = true;
  const { request, container } = exec;
  const attach = !options.Detach;
  const tty = request.Tty ?? false;
  const ended = exec.streams.ended;
  const start = run(engine, exec, attach, options.ConsoleSize ?? request.ConsoleSize);
  if (!attach) {
    await start;
    return undefined;
  }
  const attachment: Attachment = new Attachment(
    exec.streams,
    {
      stdin: request.AttachStdin ?? false,
      stdout: request.AttachStdout ?? false,
      stderr: request.AttachStderr ?? false,
      tty,
      closeStdin: true,
      detachKeys: request.DetachKeys ?? '',
    },
    start.then(
      () => ended,
      (error: Error) => {
        attachment.say(1, encode(`${error.message}\r\n`));
        exec.streams.abort();
      },
    ),
  );
  engine.events.log('container', `exec_start: ${exec.command}`, container.id, exec.attributes());
  return attachment;
}

/** What of a probe's output is kept (moby daemon/health.go maxOutputLen). */
const PROBE_OUTPUT = 4096;

/** Runs a health check's command and takes what it says; at the end of its time it is killed. */
export async function probe(
  engine: Engine,
  container: Container,
  command: string[],
  timeout: number,
): Promise<{ exitCode: number; output: string }> {
  let output = '';
  try {
    const exec = await createExec(engine, container.id, {
      Cmd: command,
      AttachStdout: true,
      AttachStderr: true,
    });
    exec.started = true;
    exec.streams.listen((_stream, bytes) => {
      output = (output + decode(bytes)).slice(0, PROBE_OUTPUT);
    });
    engine.events.log('container', `exec_start: ${exec.command}`, container.id, exec.attributes());
    await run(engine, exec, true);
    const late = await Promise.race([
      exec.finished.promise.then(() => false),
      sleep(engine.sys, timeout).then(() => true),
    ]);
    if (!late) return { exitCode: exec.exitCode ?? -1, output };
    await engine.sys.kill(exec.pid, 'SIGKILL').catch((error) => {
      if (!isErrno(error, 'ESRCH')) throw error;
    });
    return { exitCode: -1, output: `Health check exceeded timeout (${timeout / 1000}s)` };
  } catch (error) {
    return { exitCode: -1, output: error instanceof Error ? error.message : String(error) };
  }
}

async function run(engine: Engine, exec: Exec, attach: boolean, size?: [number, number]): Promise<void> {
  const { container, request, id } = exec;
  if (!attach) engine.events.log('container', `exec_start: ${exec.command}`, container.id, exec.attributes());
  const terminal = request.Tty ?? false;
  const stdio = await makeFifos(engine, container.id, id, {
    stdin: (request.AttachStdin ?? false) && attach,
    stdout: attach && (request.AttachStdout ?? false),
    stderr: attach && (request.AttachStderr ?? false) && !terminal,
  });
  try {
    const process = await processOf(engine, exec, size);
    await engine.tasks.exec(container.id, { execId: id, process, terminal, ...stdio });
    // Opened while the shim starts it: a short process may have come and gone by the answer.
    const opening = openFifos(engine, exec.streams, stdio);
    exec.running = true;
    exec.pid = await engine.tasks.start(container.id, id);
    await opening;
  } catch (error) {
    exec.running = false;
    const { message, exitCode } = startError(error);
    // What fails before the runtime is asked has no code of its own (moby daemon/exec.go).
    const asked = !(error instanceof EngineError || error instanceof Unavailable);
    exec.exitCode = !asked && exitCode === 128 ? 126 : exitCode;
    throw systemError(message);
  }
}

async function processOf(
  engine: Engine,
  { container, request }: Exec,
  size?: [number, number],
): Promise<ProcessSpec> {
  const { config, hostConfig, state } = container;
  const root = `/proc/${state.pid}/root`;
  const user = await resolveUser(
    engine.sys,
    root,
    request.User || config.User || '',
    request.User ? [] : (hostConfig.GroupAdd ?? []),
  );
  return {
    terminal: request.Tty ?? false,
    consoleSize: { height: size?.[0] ?? 0, width: size?.[1] ?? 0 },
    user,
    args: request.Cmd,
    env: replaceOrAppend(environmentOf(container, request.Tty ?? false), request.Env ?? []),
    cwd: request.WorkingDir || config.WorkingDir || '/',
    capabilities: capabilitiesOf(
      engine,
      request.Privileged ? { ...hostConfig, Privileged: true } : hostConfig,
      user,
    ),
    rlimits: (hostConfig.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({
      type: `RLIMIT_${Name.toUpperCase()}`,
      soft: Soft,
      hard: Hard,
    })),
    noNewPrivileges: gainsNoPrivileges(hostConfig),
  };
}

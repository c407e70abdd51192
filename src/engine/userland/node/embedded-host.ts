import type { Process } from '../../kernel/program.ts';
import type { JavaScriptHost, ProgramFile } from './javascript-host.ts';
import type { QuickJsBuild } from './quickjs.ts';
import { type Library, NodeRuntime } from './runtime.ts';

/** A runtime of Node for a program that has no file, or for one of these. */
export const startRuntime = (
  process: Process,
  build: QuickJsBuild,
  library: Library,
  { path, args, version, execArgv, execPath }: Omit<ProgramFile, 'path'> & { path?: string },
): Promise<NodeRuntime> =>
  NodeRuntime.start(process, build, library, {
    version,
    argv: [execPath, ...(path === undefined ? [] : [path]), ...args],
    argv0: process.argv[0],
    execArgv,
    execPath,
    env: Object.fromEntries(process.env),
  });

/** The host that is always there: QuickJS, within the simulated process itself. */
export const embeddedHost = (build: QuickJsBuild, library: Library): JavaScriptHost => ({
  async runFile(process, program) {
    const runtime = await startRuntime(process, build, library, program);
    return runtime.runFile(program.path);
  },
});

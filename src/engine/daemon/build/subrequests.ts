import type { CheckResult } from '../../api/build.ts';
import type { Outline, RequestAnswer, RequestDescription, TargetList } from '../../api/build-requests.ts';
import { encode } from '../../base/bytes.ts';
import { marshalIndent } from '../../base/go-json.ts';
import { DockerfileError } from '../../builder/ast.ts';
import { RULES, ruleUrl } from '../../builder/plan/lint.ts';
import { listTargets } from '../../builder/plan/outline.ts';
import { GoError } from '../../runtime/go-error.ts';
import { encodeBase64 } from '../../userland/lib/base64.ts';
import type { Engine } from '../engine.ts';
import { withTemporary } from '../temporary.ts';
import { exportFiles } from './export-files.ts';
import { Frontend } from './frontend.ts';
import { readOutput } from './output.ts';
import { BuildError, type BuildRequest, messageOf } from './request.ts';
import { NOTHING } from './result.ts';

/** What the build checks find in a Dockerfile, of which nothing is built. Models BuildKit frontend/subrequests/lint. */
export function check(engine: Engine, request: BuildRequest): Promise<CheckResult> {
  return withTemporary(engine, 'buildkit-context-', async (directory) => {
    const frontend = new Frontend(engine, request, directory);
    const warnings: CheckResult['warnings'] = [];
    try {
      await frontend.plan((rule, message, { ...location }) => {
        const { name, description } = RULES[rule];
        const source = frontend.excerpt(location);
        warnings.push({ rule: name, description, detail: message, url: ruleUrl(RULES[rule]), source });
      });
      await exportNothing(engine, request, frontend);
      return { warnings, source: frontend.source };
    } catch (error) {
      if (!(error instanceof DockerfileError)) throw error;
      const at = frontend.sourceOf(error);
      const { source } = frontend;
      return {
        warnings,
        source,
        error: { message: messageOf(error), ...(at === undefined ? {} : { source: at }) },
      };
    }
  });
}

/** Answers what is asked of a Dockerfile by the request's name behind `frontend.`. Models dockerui/requests.go. Throws `BuildError`. */
export function answer(engine: Engine, request: BuildRequest, name: string): Promise<RequestAnswer> {
  return withTemporary(engine, 'buildkit-context-', async (directory) => {
    const frontend = new Frontend(engine, request, directory);
    try {
      const json = marshalIndent(await resultOf(request, frontend, name));
      await exportNothing(engine, request, frontend);
      return { 'result.json': json };
    } catch (error) {
      // Unlike one of building, it does not tell of the place.
      throw new BuildError(messageOf(error), undefined);
    }
  });
}

/** Whatever is asked for is made of nothing. */
async function exportNothing(engine: Engine, request: BuildRequest, { progress }: Frontend): Promise<void> {
  const from = { platform: request.plan.platform, epoch: undefined };
  for (const [i, output] of request.outputs.map(readOutput).entries())
    if (output.type !== 'moby')
      await exportFiles(engine, progress, NOTHING, output, from, (bytes) => request.send(i, bytes));
}

async function resultOf(
  request: BuildRequest,
  frontend: Frontend,
  name: string,
): Promise<Outline | TargetList | readonly RequestDescription[]> {
  if (name === 'outline') {
    const { outline } = await frontend.plan((...found) =>
      request.tell({ warnings: [frontend.warning(...found)] }),
    );
    return { ...outline, sources: [encodeBase64(encode(frontend.source.data))] };
  }
  const text = await frontend.read();
  if (name === 'targets') return { targets: listTargets(text), sources: [encodeBase64(encode(text))] };
  if (name === 'subrequests.describe') return KNOWN;
  const why = `unsupported request frontend.${name}`;
  throw new GoError(`${why}: ${why}`);
}

const METADATA = ['result.json', 'result.txt'].map((name) => ({ name, description: '' }));

const described = (
  name: string,
  description: string,
  opts: RequestDescription['opts'],
): RequestDescription => ({
  name: `frontend.${name}`,
  version: '1.0.0',
  type: 'rpc',
  description,
  opts,
  inputs: null,
  metadata: METADATA,
  refs: null,
});

/** Those that the frontend tells of; the one for checks is not among them. */
const KNOWN: readonly RequestDescription[] = [
  described('outline', 'List all parameters current build target supports', [
    { name: 'target', description: 'Target build stage' },
  ]),
  described('targets', 'List all targets current build supports', []),
  described('subrequests.describe', 'List available subrequest types', null),
];

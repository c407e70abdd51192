import { PatternMatcher, readIgnoreFile } from '../../engine/base/pattern-matcher.ts';
import { DockerfileError, type Location } from '../../engine/builder/ast.ts';
import type { RuleName } from '../../engine/builder/plan/context.ts';
import { RULES, ruleUrl } from '../../engine/builder/plan/lint.ts';
import { planBuild } from '../../engine/builder/plan/plan.ts';
import type { ImageConfig } from '../../engine/oci/image-config.ts';
import { fixOf } from './fixes.ts';
import type { Problem } from './protocol.ts';
import { spanOf } from './spans.ts';

/** What `docker build --check` says of a Dockerfile, and what a build would refuse. */
export interface Checked {
  problems: Problem[];
  /** A build would take it, as far as can be told without its files. */
  isAccepted: boolean;
}

/** An image that nobody knows: nothing is said of what it sets. */
const UNKNOWN: ImageConfig = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } };

/**
 * Checks a Dockerfile as a build does before it begins.
 *
 * @param configOf the configuration of an image; undefined where it is not known
 * @param ignore what `.dockerignore` says
 */
export async function checkDockerfile(
  text: string,
  configOf: (reference: string) => Promise<ImageConfig | undefined>,
  ignore?: string,
): Promise<Checked> {
  const lines = text.split(/\r?\n/);
  const problems: Problem[] = [];
  let isAllKnown = true;
  const found: { rule: RuleName; message: string; location: Location }[] = [];
  try {
    await planBuild(
      text,
      {
        target: '',
        buildArgs: {},
        labels: {},
        platform: { os: 'linux', architecture: 'amd64' },
        isPlatformAsked: false,
        network: 'default',
        noCache: false,
        contexts: new Map(),
        limits: {},
        noCacheFilter: [],
      },
      {
        async resolveImage(reference) {
          const config = await configOf(reference);
          isAllKnown &&= config !== undefined;
          return { reference, config: config ?? UNKNOWN };
        },
        lookAtContext: async () => undefined,
        ignored: async () => (ignore === undefined ? undefined : new PatternMatcher(readIgnoreFile(ignore))),
        warn: (rule, message, location) => found.push({ rule, message, location }),
      },
    );
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    const location = error.location ?? { startLine: 1, endLine: 1 };
    const message = error.message.replace(/^dockerfile parse error on line \d+: /, '');
    const span = spanOf(lines, location, undefined, message);
    const fix = fixOf(lines, location, undefined, message);
    problems.push({ severity: 'error', message, span, ...(fix && { fix }) });
  }
  const isAccepted = problems.length === 0;
  for (const { rule, message, location } of found) {
    // An image may set what its Dockerfile does not.
    if (rule === 'undefinedVar' && !isAllKnown && !message.includes('did you mean')) continue;
    const fix = fixOf(lines, location, rule, message);
    problems.push({
      severity: 'warning',
      message,
      span: spanOf(lines, location, rule, message),
      rule: { name: RULES[rule].name, url: ruleUrl(RULES[rule]) },
      ...(fix && { fix }),
    });
  }
  return { problems, isAccepted };
}

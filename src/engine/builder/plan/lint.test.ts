import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PatternMatcher, readIgnoreFile } from '../../base/pattern-matcher.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import type { PlanOptions } from './context.ts';
import { RULES, type Rule, ruleUrl } from './lint.ts';
import { planBuild } from './plan.ts';

const CASES = '../shared/conformance/buildkit-lint-cases.json';

interface Warning {
  RuleName: string;
  Description: string;
  URL?: string;
  Detail: string;
  Line: number;
}

interface Case {
  func: string;
  line: number;
  complete: boolean;
  case: {
    Dockerfile: string;
    DockerIgnore?: string;
    FrontendAttrs?: Record<string, string>;
    Warnings?: Warning[];
  };
}

const BASE: ImageConfig = {
  architecture: 'amd64',
  os: 'linux',
  config: { Env: ['PATH=/bin'] },
  rootfs: { type: 'layers', diff_ids: ['sha256:aa'] },
};

export const OPTIONS: PlanOptions = {
  target: '',
  buildArgs: {},
  labels: {},
  platform: { os: 'linux', architecture: 'amd64' },
  isPlatformAsked: false,
  network: 'default',
  contexts: new Map(),
  limits: {},
  noCache: false,
  noCacheFilter: [],
};

async function warningsOf({
  Dockerfile: text,
  DockerIgnore: ignore,
  FrontendAttrs: attrs = {},
  Warnings = [],
}: Case['case']) {
  const found: Pick<Warning, 'RuleName' | 'Detail' | 'Line'>[] = [];
  const buildArgs = Object.fromEntries(
    Object.entries(attrs).flatMap(([key, value]) =>
      key.startsWith('build-arg:') ? [[key.slice('build-arg:'.length), value]] : [],
    ),
  );
  // What is on trial must be asked for.
  const onTrial = Object.values<Rule>(RULES).filter(
    ({ name, experimental }) => experimental && Warnings.some(({ RuleName }) => RuleName === name),
  );
  if (onTrial.length > 0)
    buildArgs['BUILDKIT_DOCKERFILE_CHECK'] = `experimental=${onTrial.map(({ name }) => name).join(',')}`;
  await planBuild(
    text,
    { ...OPTIONS, buildArgs, target: attrs['target'] ?? '' },
    {
      resolveImage: async (reference) => ({ reference, config: BASE }),
      lookAtContext: async () => undefined,
      ignored: async () => (ignore === undefined ? undefined : new PatternMatcher(readIgnoreFile(ignore))),
      warn: (rule, Detail, { startLine }) =>
        found.push({ RuleName: RULES[rule].name, Detail, Line: startLine }),
    },
  ).catch((error: unknown) => {
    if ((error as Error).name !== 'DockerfileError') throw error;
  });
  return found;
}

const order = (warnings: readonly Pick<Warning, 'RuleName' | 'Detail' | 'Line'>[]) =>
  warnings.map(({ RuleName, Detail, Line }) => `${Line} ${RuleName}: ${Detail}`).sort();

describe.skipIf(!existsSync(CASES))("BuildKit's own checks", () => {
  const all: Case[] = existsSync(CASES) ? JSON.parse(readFileSync(CASES, 'utf8')).cases : [];
  const known = new Set<string>(Object.values(RULES).map(({ name }) => name));
  // Cases that switch rules on and off, and those of rules of another kind, are not modelled.
  const modelled = all.filter(
    ({ complete, case: { Dockerfile: text, Warnings = [] } }) =>
      complete && !/^# *check *=/im.test(text) && Warnings.every(({ RuleName }) => known.has(RuleName)),
  );

  test('there are enough of them', () => {
    expect(modelled.length).toBeGreaterThan(55);
  });

  test.each(modelled.map((one) => [`${one.func}:${one.line}`, one] as const))('%s', async (_, one) => {
    expect(order(await warningsOf(one.case))).toEqual(order(one.case.Warnings ?? []));
  });

  test('are described as theirs, and explained at the same place', () => {
    const told = new Map(
      all.flatMap(({ case: { Warnings = [] } }) => Warnings.map((one) => [one.RuleName, one])),
    );
    for (const rule of Object.values(RULES)) {
      const theirs = told.get(rule.name);
      if (theirs?.URL === undefined) continue;
      expect([rule.description, ruleUrl(rule)]).toEqual([theirs.Description, theirs.URL]);
    }
  });
});

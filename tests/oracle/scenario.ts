import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Step } from './normalise.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const scenarioFolder = at('scenarios');

const Scenario = z.object({
  name: z.string(),
  description: z.string(),
  images: z.array(z.string()),
  steps: z.array(z.string().transform((cmd) => ({ cmd }))),
});
export type Scenario = z.infer<typeof Scenario>;

export const loadScenario = (file: string): Scenario =>
  Scenario.parse(parse(readFileSync(`${scenarioFolder}/${file}`, 'utf8')));

export const recordingPath = (name: string): string => at(`recordings/${name}.jsonl`);

export const readRecording = (name: string): Step[] =>
  readFileSync(recordingPath(name), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Step);

import { located } from '../ast.ts';
import type { ArgCommand } from '../instructions/command.ts';
import { expandWord } from '../shell-lex.ts';
import type { Environment } from './environment.ts';
import { Parameters } from './parameters.ts';

export interface MetaArgs {
  environment: Environment;
  parameters: Parameters;
}

/** ARG before the first FROM, with values that are given or preset. Models dockerfile2llb's buildMetaArgs. Throws `DockerfileError`. */
export function metaArgsOf(
  commands: readonly ArgCommand[],
  preset: Environment,
  given: Readonly<Record<string, string>>,
  escapeSign: string,
): MetaArgs {
  let environment = preset;
  const parameters = new Parameters();
  for (const { args, location } of commands)
    for (const { key, value: asked, description } of args) {
      const uses = new Set<string>();
      const lookUp = (name: string) => {
        const value = environment.get(name);
        if (value !== undefined) uses.add(name);
        return value;
      };
      const expanded = () => located(location, () => expandWord(asked!, lookUp, { escape: escapeSign }));
      const value = given[key] ?? (asked === undefined ? undefined : expanded());
      // What a value is made of that has its own old one in it.
      if (uses.delete(key)) for (const name of parameters.args.get(key)?.uses ?? []) uses.add(name);
      if (value !== undefined) environment = environment.with(key, value);
      parameters.args.set(key, { name: key, description, value: value ?? '', location, uses: [...uses] });
    }
  return { environment, parameters };
}

import { type Dockerfile, DockerfileError, type Instruction, located } from '../ast.ts';
import type { ArgCommand, Stage } from './command.ts';
import { parseInstruction } from './parse.ts';

export interface Stages {
  stages: Stage[];
  /** ARG before the first FROM. */
  metaArgs: ArgCommand[];
}

/**
 * The stages of a Dockerfile with their commands. Models BuildKit instructions.Parse. Throws `DockerfileError`.
 *
 * @param look is shown each instruction before it is understood
 */
export function parseStages(
  { instructions, syntax }: Dockerfile,
  look: (instruction: Instruction) => void,
): Stages {
  const isNewest = /^docker\/dockerfile(?:-upstream)?:/.test(syntax.replace(/^docker\.io\//, ''));
  const stages: Stage[] = [];
  const metaArgs: ArgCommand[] = [];
  for (const instruction of instructions) {
    look(instruction);
    const command = located(instruction, () => {
      try {
        return parseInstruction(instruction, isNewest);
      } catch (error) {
        if (!(error instanceof DockerfileError)) throw error;
        throw new DockerfileError(
          `dockerfile parse error on line ${instruction.startLine}: ${error.message}`,
        );
      }
    });
    const stage = stages.at(-1);
    if (command.kind === 'from') stages.push(command);
    else if (stage !== undefined) stage.commands.push(command);
    else if (command.kind === 'arg') metaArgs.push(command);
    else throw new DockerfileError('no build stage in current context', command.location);
  }
  return { stages, metaArgs };
}

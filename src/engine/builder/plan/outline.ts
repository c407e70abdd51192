import type {
  Outline,
  OutlineArg,
  OutlineSecret,
  RequestLocation,
  Target,
} from '../../api/build-requests.ts';
import { DockerfileError, type Location } from '../ast.ts';
import { parseStages } from '../instructions/stages.ts';
import { parseDockerfile } from '../parser.ts';
import type { StageState } from './stage-state.ts';

/** What whoever builds a stage may give. Models dockerfile2llb/outline.go; where Go's maps have no order, this has the Dockerfile's. */
export function outlineOf(target: StageState): Outline {
  const args = new Map<string, { location: Location; arg: OutlineArg }>();
  const secrets = new Map<string, { location: Location; secret: OutlineSecret }>();
  const visit = (state: StageState): void => {
    const { parameters } = state;
    for (const name of parameters.usedNames()) {
      const found = parameters.args.get(name);
      if (found === undefined || args.has(name)) continue;
      const { description, value, location } = found;
      const arg = {
        name,
        ...(description === '' ? {} : { description }),
        ...(value === '' ? {} : { value }),
        location: requestLocation(location),
      };
      args.set(name, { location, arg });
    }
    for (const { name, required, location } of parameters.secrets.values())
      if (!secrets.has(name)) {
        const secret = { name, ...(required ? { required } : {}), location: requestLocation(location) };
        secrets.set(name, { location, secret });
      }
    if (state.base !== undefined) visit(state.base);
    for (const dependency of state.dependencies.keys()) visit(dependency);
  };
  visit(target);
  const { stageName: name, description } = target;
  return {
    ...(name === '' ? {} : { name }),
    ...(description === '' ? {} : { description }),
    ...(args.size === 0 ? {} : { args: byLine(args.values()).map(({ arg }) => arg) }),
    ...(secrets.size === 0 ? {} : { secrets: byLine(secrets.values()).map(({ secret }) => secret) }),
  };
}

const byLine = <T extends { location: Location }>(all: Iterable<T>): T[] =>
  [...all].sort((a, b) => a.location.startLine - b.location.startLine);

/** The stages of a Dockerfile, each of which can be built. Models dockerfile2llb's ListTargets. Throws `DockerfileError`. */
export function listTargets(text: string): Target[] {
  if (text === '') throw new DockerfileError('the Dockerfile cannot be empty');
  const { stages } = parseStages(parseDockerfile(text), () => undefined);
  return stages.map(({ stageName, description, baseName, platform, location }, i) => ({
    ...(stageName === '' ? {} : { name: stageName }),
    ...(i === stages.length - 1 ? { default: true } : {}),
    ...(description === '' ? {} : { description }),
    base: baseName,
    ...(platform === '' ? {} : { platform }),
    location: requestLocation(location),
  }));
}

/** Lines as the answers of the frontend tell of them: each is a range of its own. */
export function requestLocation({ startLine, endLine }: Location): RequestLocation {
  const count = Math.max(1, endLine - startLine + 1);
  const ranges = Array.from({ length: count }, (_, i) => {
    const position = { line: startLine + i };
    return { start: position, end: position };
  });
  return { ranges };
}

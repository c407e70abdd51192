import type { Program } from '../../kernel/program.ts';
import { type Stdio, utility } from '../lib/stdio.ts';

/**
 * The interpreters and compilers of images. They say which version they are; running programs is not simulated, and they say
 * that too.
 */
interface Tool {
  /** What one runs with it. */
  runs: string;
  /** Arguments that ask for the version. */
  asks: readonly string[];
  /** The answer, on standard output unless `onError` says otherwise. */
  answer(version: string): string;
  onError?(version: string, argument: string): boolean;
}

const java = (version: string): string => {
  const [number = version] = version.split('+');
  const name = number.startsWith('1.8') ? `1.8.0_${number.split('_')[1]}` : number;
  return `openjdk version "${name}"
OpenJDK Runtime Environment (build ${version})
OpenJDK 64-Bit Server VM (build ${version}, mixed mode)
`;
};

const TOOLS: Record<string, Tool> = {
  npx: { runs: 'packages', asks: ['-v', '--version'], answer: (version) => `${version}\n` },
  yarn: { runs: 'packages', asks: ['-v', '--version'], answer: (version) => `${version}\n` },
  go: { runs: 'Go', asks: ['version'], answer: (version) => `go version go${version} linux/amd64\n` },
  java: {
    runs: 'Java',
    asks: ['-version', '--version'],
    answer: java,
    onError: (_, argument) => argument === '-version',
  },
  javac: {
    runs: 'Java',
    asks: ['-version', '--version'],
    answer: (version) => `javac ${version.replace(/\+.*$/, '')}\n`,
  },
  jshell: {
    runs: 'Java',
    asks: ['-version', '--version'],
    answer: (version) => `jshell ${version.replace(/\+.*$/, '')}\n`,
  },
  php: {
    runs: 'PHP',
    asks: ['-v', '--version'],
    answer: (version) =>
      `PHP ${version} (cli) (NTS)\nCopyright (c) The PHP Group\nZend Engine v4.${version.slice(2)}, Copyright (c) Zend Technologies\n`,
  },
  ruby: {
    runs: 'Ruby',
    asks: ['-v', '--version'],
    answer: (version) => `ruby ${version} [x86_64-linux]\n`,
  },
  irb: { runs: 'Ruby', asks: ['-v', '--version'], answer: (version) => `irb ${version}\n` },
  gem: { runs: 'packages', asks: ['-v', '--version'], answer: (version) => `${version}\n` },
};

async function use(io: Stdio, tool: Tool, version: string): Promise<number> {
  const asked = io.args.find((argument) => tool.asks.includes(argument));
  if (asked === undefined) {
    const what = tool.runs === 'packages' ? 'installing packages' : `running programs in ${tool.runs}`;
    return io.fail(`${what} is not simulated in Drydock yet`, 126);
  }
  const to = tool.onError?.(version, asked) ? io.stderr : io.stdout;
  await to.write(tool.answer(version));
  return 0;
}

export const languages: ReadonlyMap<string, (version: string) => Program> = new Map(
  Object.entries(TOOLS).map(([name, tool]) => [name, (version) => utility((io) => use(io, tool, version))]),
);

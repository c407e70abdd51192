// Records what commands and flags a real client has: `npm run commands:record`.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCommands } from './read.ts';

const path = fileURLToPath(new URL('commands.json', import.meta.url));
const commands = readCommands('docker', process.env);
const lines = Object.keys(commands)
  .sort()
  .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(commands[name])}`);
writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);

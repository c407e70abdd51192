import { unzipSync } from 'fflate';
import { decode } from '../../../base/bytes.ts';
import { isErrno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { readText, writeFile } from '../../../runtime/files.ts';
import { canonical } from './version.ts';

/** An installed package. */
export interface Installed {
  name: string;
  version: string;
  summary: string;
  requires: string[];
  /** Its `.dist-info`. */
  info: string;
}

/** The directory of installed packages of a Python. */
export class Site {
  readonly #sys: Syscalls;
  readonly directory: string;
  readonly #interpreter: string;

  constructor(sys: Syscalls, directory: string, interpreter: string) {
    this.#sys = sys;
    this.directory = directory;
    this.#interpreter = interpreter;
  }

  async installed(): Promise<Installed[]> {
    const found: Installed[] = [];
    for (const name of await this.#names()) {
      if (!name.endsWith('.dist-info')) continue;
      const info = `${this.directory}/${name}`;
      const metadata = await readText(this.#sys, `${info}/METADATA`).catch((error: unknown) => {
        if (isErrno(error)) return '';
        throw error;
      });
      found.push({ ...readMetadata(metadata), info });
    }
    return found.sort((a, b) => (canonical(a.name) < canonical(b.name) ? -1 : 1));
  }

  async #names(): Promise<string[]> {
    try {
      const fd = await this.#sys.open(this.directory, 0o200000);
      const entries = await this.#sys.getdents(fd);
      await this.#sys.close(fd);
      return entries.map(({ name }) => name);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    }
  }

  /** Unpacks a wheel. */
  async install(wheel: Uint8Array): Promise<void> {
    const files = unzipSync(wheel);
    for (const [path, content] of Object.entries(files)) {
      await this.#directories(`${this.directory}/${path}`);
      await writeFile(this.#sys, `${this.directory}/${path}`, content);
      if (path.endsWith('.dist-info/entry_points.txt')) await this.#scripts(decode(content));
      if (path.endsWith('.dist-info/RECORD'))
        await writeFile(this.#sys, `${this.directory}/${path.replace('RECORD', 'INSTALLER')}`, 'pip\n');
    }
  }

  async #scripts(entryPoints: string): Promise<void> {
    for (const [, name, module, call] of entryPoints.matchAll(/^(\S+)\s*=\s*([\w.]+):(\w+)$/gm)) {
      const text = `#!${this.#interpreter}\nimport sys\nfrom ${module} import ${call}\nif __name__ == '__main__':\n    sys.exit(${call}())\n`;
      await writeFile(this.#sys, `/usr/local/bin/${name}`, text, 0o755);
    }
  }

  async #directories(path: string): Promise<void> {
    const parts = path.split('/').slice(1, -1);
    for (let i = 1; i <= parts.length; i++)
      await this.#sys.mkdir(`/${parts.slice(0, i).join('/')}`, 0o755).catch((error: unknown) => {
        if (!isErrno(error, 'EEXIST')) throw error;
      });
  }

  /** Takes away all that a package's record names. */
  async uninstall({ info }: Installed): Promise<void> {
    const record = await readText(this.#sys, `${info}/RECORD`);
    const files = record.split('\n').map((line) => line.split(',')[0]!);
    const gone = (error: unknown) => {
      if (!isErrno(error, 'ENOENT', 'ENOTEMPTY', 'ENOTDIR')) throw error;
    };
    const directories = new Set([info]);
    for (const file of files.filter((name) => name !== '')) {
      await this.#sys.unlink(`${this.directory}/${file}`).catch(gone);
      if (file.includes('/')) directories.add(`${this.directory}/${file.replace(/\/[^/]*$/, '')}`);
    }
    await this.#sys.unlink(`${info}/INSTALLER`).catch(gone);
    for (const directory of [...directories].sort().reverse()) await this.#sys.rmdir(directory).catch(gone);
  }
}

/** What a package's METADATA says of it. */
export function readMetadata(text: string): Omit<Installed, 'info'> {
  const head = text.split('\n\n')[0]!;
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1] ?? '';
  return {
    name: field('Name'),
    version: field('Version'),
    summary: field('Summary'),
    requires: [...head.matchAll(/^Requires-Dist: (.*)$/gm)].map(([, value]) => value!),
  };
}

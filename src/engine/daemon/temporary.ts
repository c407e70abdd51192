import { mkdirAll, removeAll } from '../runtime/files.ts';
import type { Engine } from './engine.ts';

/** The daemon's TMPDIR, made anew when it starts (moby daemon.go, prepareTempDir). */
export async function prepareTemporary({ sys, root }: Engine): Promise<void> {
  await removeAll(sys, `${root}/tmp`);
  await mkdirAll(sys, `${root}/tmp`, 0o700);
}

/** Gives `body` a directory of its own, which goes again however it ends. */
export async function withTemporary<T>(
  engine: Engine,
  prefix: string,
  body: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await makeTemporary(engine, prefix);
  try {
    return await body(directory);
  } finally {
    await removeAll(engine.sys, directory);
  }
}

/** Models os.MkdirTemp. */
export async function makeTemporary(engine: Engine, prefix: string): Promise<string> {
  const directory = `${engine.root}/tmp/${prefix}${engine.below(2 ** 32)}`;
  await engine.sys.mkdir(directory, 0o700);
  return directory;
}

import { pack } from '../../archive/pack.ts';
import { readerOf } from '../../base/byte-stream.ts';
import type { CopyCommand } from '../../builder/instructions/command.ts';
import { destinationOf } from '../../builder/plan/copy.ts';
import { GoError } from '../../runtime/go-error.ts';
import { ALL_AS_IT_IS, type CopyOptions, copyFiles } from '../build/copy-files.ts';
import { unpackInto } from '../build/file-op.ts';
import { describeError } from '../error.ts';
import { createChildImage } from '../images/child-image.ts';
import type { Layer } from '../images/layer-store.ts';
import type { BuildRun } from './build-run.ts';
import { ownerOf } from './chown.ts';
import { hashOfAll } from './source-hash.ts';
import { findSources, type Source, type SourceRoot } from './sources.ts';
import type { StageState } from './stage-state.ts';

/** COPY and ADD: a layer written by the daemon itself, without a container. Models moby builder/dockerfile performCopy. */
export async function copy(run: BuildRun, stage: StageState, command: CopyCommand): Promise<void> {
  const { engine, context, directory } = run;
  const name = command.kind === 'copy' ? 'COPY' : 'ADD';
  const asked = {
    name,
    sources: command.sources,
    destination: command.destination,
    scratch: directory,
  } as const;
  if (command.kind === 'add' || command.from === '') {
    const sources = await findSources(engine, { root: context, isContext: true }, asked);
    await perform(run, stage, command, sources);
    return;
  }
  await inLayers(run, await run.layerOf(command.from), async (root) => {
    const from: SourceRoot = { root, isContext: false };
    await perform(run, stage, command, await findSources(engine, from, asked));
  });
}

/** Runs `body` on the files of an image; whatever is written to them is lost. */
async function inLayers(
  { engine: { layers } }: BuildRun,
  top: Layer | undefined,
  body: (root: string) => Promise<void>,
): Promise<void> {
  const layer = await layers.createBuildLayer(top);
  try {
    await body(await layers.mount(layer));
  } finally {
    await layers.unmount(layer);
    await layers.removeBuildLayer(layer);
  }
}

async function perform(
  run: BuildRun,
  stage: StageState,
  command: CopyCommand,
  sources: readonly Source[],
): Promise<void> {
  const { engine } = run;
  const name = command.kind === 'copy' ? 'COPY' : 'ADD';
  const chown = command.chown === '' ? '' : `--chown=${command.chown} `;
  const comment = `${name} ${chown}${hashOfAll(sources.map(({ hash }) => hash))} in ${command.destination} `;
  const madeBy = { ...stage.current, Cmd: [...stage.shell, `#(nop) ${comment}`] };
  if (run.isCached(stage, madeBy)) return;
  const parent = stage.imageId === undefined ? undefined : engine.images.byId(stage.imageId);
  const { layers } = engine;
  const layer = await layers.createBuildLayer(parent?.top);
  let made: Layer;
  try {
    const root = await layers.mount(layer);
    try {
      await write(run, root, stage.config.WorkingDir ?? '', command, sources);
    } finally {
      await layers.unmount(layer);
    }
    const changes = pack(engine.sys, layers.diffDirectory(layer), { overlay: true });
    made = await layers.register(parent?.top, readerOf(changes));
  } finally {
    await layers.removeBuildLayer(layer);
  }
  stage.imageId = await createChildImage(engine, parent, made, {
    author: stage.author,
    comment: '',
    config: stage.current,
    madeBy,
  });
}

async function write(
  { engine: { sys } }: BuildRun,
  root: string,
  workdir: string,
  command: CopyCommand,
  sources: readonly Source[],
): Promise<void> {
  const destination = destinationOf(workdir || '/', command.destination);
  const owner = command.chown === '' ? undefined : await ownerOf(sys, root, command.chown);
  // What another image holds stays whose it is; of the client's files all are root's.
  const options: CopyOptions = {
    ...ALL_AS_IT_IS,
    owner: owner ?? (command.from === '' ? { uid: 0, gid: 0 } : undefined),
  };
  try {
    for (const { root: from, path, isFetched } of sources) {
      const mayUnpack = command.kind === 'add' && !isFetched;
      if (mayUnpack && (await unpackInto(sys, from, `/${path}`, root, { destination }, undefined))) continue;
      await copyFiles(sys, { root: from, path: `/${path}` }, { root, path: destination }, options);
    }
  } catch (error) {
    throw new GoError(`failed to copy files: ${describeError(error).message.replaceAll(root, '')}`);
  }
}

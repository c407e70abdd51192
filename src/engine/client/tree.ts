/** All commands of the client: what each is called, and what it does. */
import { BUILDX, BUILDX_AS_BUILDER, buildWithBuildx } from './buildx/tree.ts';
import type { Action, Completion, Group, Leaf } from './command.ts';
import { attach } from './commands/attach.ts';
import { pruneClassic } from './commands/builder-prune.ts';
import { classicBuild } from './commands/classic-build.ts';
import { commit } from './commands/commit.ts';
import * as context from './commands/context.ts';
import { exportContext, importContext } from './commands/context-archive.ts';
import { cp } from './commands/cp.ts';
import { create } from './commands/create.ts';
import { diff } from './commands/diff.ts';
import { events } from './commands/events.ts';
import { exec } from './commands/exec.ts';
import { exportContainer } from './commands/export.ts';
import { history } from './commands/history.ts';
import { images } from './commands/images.ts';
import { importImage } from './commands/import.ts';
import { info } from './commands/info.ts';
import {
  inspect,
  inspectContainer,
  inspectImage,
  inspectNetwork,
  inspectVolume,
} from './commands/inspect.ts';
import { kill, pause, rename, restart, rm, stop, unpause, update, wait } from './commands/lifecycle.ts';
import { load } from './commands/load.ts';
import { login, logout } from './commands/login.ts';
import { logs } from './commands/logs.ts';
import { annotateManifest } from './commands/manifest-annotate.ts';
import { createManifest } from './commands/manifest-create.ts';
import { inspectManifest } from './commands/manifest-inspect.ts';
import { pushManifest } from './commands/manifest-push.ts';
import { removeManifests } from './commands/manifest-rm.ts';
import * as network from './commands/network.ts';
import { port } from './commands/port.ts';
import { pruneContainers, pruneImages } from './commands/prune.ts';
import { ps } from './commands/ps.ts';
import { pull } from './commands/pull.ts';
import { push } from './commands/push.ts';
import { rmi } from './commands/rmi.ts';
import { run } from './commands/run.ts';
import { save } from './commands/save.ts';
import { search } from './commands/search.ts';
import { start } from './commands/start.ts';
import { stats } from './commands/stats.ts';
import { systemDf } from './commands/system-df.ts';
import { systemPrune } from './commands/system-prune.ts';
import { tag } from './commands/tag.ts';
import { top } from './commands/top.ts';
import { version } from './commands/version.ts';
import * as volume from './commands/volume.ts';
import {
  allContainers,
  allImages,
  createValues,
  firstImage,
  livelyContainers,
  networks,
  networkToConnect,
  networkToDisconnect,
  nothing,
  pausedContainers,
  removableContainers,
  restartValue,
  runningContainers,
  signalValue,
  stoppedContainers,
  volumes,
} from './completions.ts';
import { CREATE_CHECKS, ENV_CHECKS, LABEL_CHECKS } from './create-checks.ts';
import type { CommandSpec } from './flags/spec.ts';
import type { RootHelp } from './help.ts';
import * as containerSpec from './spec/container.ts';
import * as contextSpec from './spec/context.ts';
import * as imageSpec from './spec/image.ts';
import * as legacySpec from './spec/legacy-builder.ts';
import * as manifestSpec from './spec/manifest.ts';
import * as networkSpec from './spec/network.ts';
import * as registrySpec from './spec/registry.ts';
import * as runSpec from './spec/run.ts';
import * as systemSpec from './spec/system.ts';
import * as volumeSpec from './spec/volume.ts';
import { CHECKPOINT, CONFIG, NODE, PLUGIN, SECRET, SERVICE, STACK, SWARM, TRUST } from './tree-swarm.ts';

const leaf = (spec: CommandSpec, action?: Action, complete?: Completion, values?: Leaf['values']): Leaf => ({
  spec,
  ...(action === undefined ? {} : { action }),
  ...(complete === undefined ? {} : { complete }),
  ...(values === undefined ? {} : { values }),
});

const BUILD: Leaf = { ...leaf(legacySpec.build, classicBuild), buildx: buildWithBuildx };

const CONTAINER: Group = {
  name: 'container',
  short: 'Manage containers',
  leaves: [
    leaf(containerSpec.attach, attach, livelyContainers),
    leaf(containerSpec.commit, commit, allContainers),
    leaf(containerSpec.cp, cp),
    leaf(
      { ...runSpec.create, checks: CREATE_CHECKS },
      create,
      firstImage,
      createValues(runSpec.create.flags),
    ),
    leaf(containerSpec.diff, diff, allContainers),
    leaf({ ...containerSpec.exec, checks: ENV_CHECKS }, exec, livelyContainers),
    leaf(containerSpec.exporting, exportContainer, allContainers),
    leaf(containerSpec.inspect, inspectContainer, allContainers),
    leaf(containerSpec.kill, kill, runningContainers, signalValue),
    leaf(containerSpec.logs, logs, allContainers),
    leaf(containerSpec.list, ps),
    leaf(containerSpec.pause, pause, livelyContainers),
    leaf(containerSpec.port, port, runningContainers),
    leaf(containerSpec.prune, pruneContainers),
    leaf(containerSpec.rename, rename, allContainers),
    leaf(containerSpec.restart, restart, allContainers, signalValue),
    leaf(containerSpec.remove, rm, removableContainers),
    leaf({ ...runSpec.run, checks: CREATE_CHECKS }, run, firstImage, createValues(runSpec.run.flags)),
    leaf(containerSpec.start, start, stoppedContainers),
    leaf(containerSpec.stats, stats, runningContainers),
    leaf(containerSpec.stop, stop, runningContainers, signalValue),
    leaf(containerSpec.top, top, runningContainers),
    leaf(containerSpec.unpause, unpause, pausedContainers),
    leaf(containerSpec.update, update, allContainers, restartValue),
    leaf(containerSpec.wait, wait, runningContainers),
  ],
};

const IMAGE: Group = {
  name: 'image',
  short: 'Manage images',
  leaves: [
    BUILD,
    leaf(imageSpec.history, history, allImages),
    leaf(imageSpec.importing, importImage),
    leaf(imageSpec.inspect, inspectImage, allImages),
    leaf(imageSpec.load, load, nothing),
    leaf(imageSpec.list, images),
    leaf(imageSpec.prune, pruneImages),
    leaf(imageSpec.pull, pull, nothing),
    leaf(imageSpec.push, push, allImages),
    leaf(imageSpec.remove, rmi, allImages),
    leaf(imageSpec.save, save, allImages),
    leaf(imageSpec.tag, tag, allImages),
  ],
};

const BUILDER: Group = {
  name: 'builder',
  short: 'Manage builds',
  leaves: [leaf(legacySpec.build, classicBuild), leaf(legacySpec.prune, pruneClassic)],
  buildx: BUILDX_AS_BUILDER,
};

const MANIFEST: Group = {
  name: 'manifest',
  short: 'Manage Docker image manifests and manifest lists',
  long: manifestSpec.MANIFEST_LONG,
  args: 'COMMAND',
  apart: true,
  leaves: [
    local(manifestSpec.annotate, annotateManifest),
    local(manifestSpec.create, createManifest),
    local(manifestSpec.inspect, inspectManifest),
    local(manifestSpec.push, pushManifest),
    local(manifestSpec.remove, removeManifests),
  ],
};

const NETWORK: Group = {
  name: 'network',
  short: 'Manage networks',
  leaves: [
    leaf(networkSpec.connect, network.connect, networkToConnect),
    leaf({ ...networkSpec.create, checks: LABEL_CHECKS }, network.create),
    leaf(networkSpec.disconnect, network.disconnect, networkToDisconnect),
    leaf(networkSpec.inspect, inspectNetwork, networks),
    leaf(networkSpec.list, network.list),
    leaf(networkSpec.prune, network.prune),
    leaf(networkSpec.remove, network.remove, networks),
  ],
};

const VOLUME: Group = {
  name: 'volume',
  short: 'Manage volumes',
  args: 'COMMAND',
  leaves: [
    leaf({ ...volumeSpec.create, checks: LABEL_CHECKS }, volume.create),
    leaf(volumeSpec.inspect, inspectVolume, volumes),
    leaf(volumeSpec.list, volume.list),
    leaf(volumeSpec.prune, volume.prune),
    leaf(volumeSpec.remove, volume.remove, volumes),
    leaf(volumeSpec.update, volume.update, volumes),
  ],
};

const SYSTEM: Group = {
  name: 'system',
  short: 'Manage Docker',
  leaves: [
    leaf(systemSpec.df, systemDf),
    leaf(systemSpec.events, events),
    leaf(systemSpec.info, info),
    leaf(systemSpec.prune, systemPrune),
  ],
};

const CONTEXT: Group = {
  name: 'context',
  short: 'Manage contexts',
  leaves: [
    local(contextSpec.create, context.createContext),
    local(contextSpec.exporting, exportContext),
    local(contextSpec.importing, importContext),
    local(contextSpec.inspect, context.inspectContexts),
    local(contextSpec.list, context.listContexts),
    local(contextSpec.remove, context.removeContexts),
    local(contextSpec.show, context.showContext),
    local(contextSpec.update, context.updateContext),
    local(contextSpec.use, context.useContext),
  ],
};

/** A command that does without an engine. */
function local(spec: CommandSpec, action: Action): Leaf {
  return { spec, action, local: true };
}

/** A command of a group under its short spelling. */
function shortcut(group: Group, name: string, as = name): Leaf {
  const found = group.leaves.find((one) => one.spec.name === name)!;
  const { names: _names, ...spec } = found.spec;
  return { ...found, spec: { ...spec, name: as } };
}

const common: Leaf[] = [
  shortcut(CONTAINER, 'run'),
  shortcut(CONTAINER, 'exec'),
  shortcut(CONTAINER, 'ls', 'ps'),
  shortcut(IMAGE, 'build'),
  shortcut(IMAGE, 'pull'),
  shortcut(IMAGE, 'push'),
  shortcut(IMAGE, 'ls', 'images'),
  leaf(registrySpec.login, login, nothing),
  leaf(registrySpec.logout, logout),
  leaf(registrySpec.search, search),
  leaf(systemSpec.version, version),
  shortcut(SYSTEM, 'info'),
];

const commands: Leaf[] = [
  shortcut(CONTAINER, 'attach'),
  shortcut(CONTAINER, 'commit'),
  shortcut(CONTAINER, 'cp'),
  shortcut(CONTAINER, 'create'),
  shortcut(CONTAINER, 'diff'),
  shortcut(SYSTEM, 'events'),
  shortcut(CONTAINER, 'export'),
  shortcut(IMAGE, 'history'),
  shortcut(IMAGE, 'import'),
  leaf(systemSpec.inspect, inspect, nothing),
  shortcut(CONTAINER, 'kill'),
  shortcut(IMAGE, 'load'),
  shortcut(CONTAINER, 'logs'),
  shortcut(CONTAINER, 'pause'),
  shortcut(CONTAINER, 'port'),
  shortcut(CONTAINER, 'rename'),
  shortcut(CONTAINER, 'restart'),
  shortcut(CONTAINER, 'rm'),
  shortcut(IMAGE, 'rm', 'rmi'),
  shortcut(IMAGE, 'save'),
  shortcut(CONTAINER, 'start'),
  shortcut(CONTAINER, 'stats'),
  shortcut(CONTAINER, 'stop'),
  shortcut(IMAGE, 'tag'),
  shortcut(CONTAINER, 'top'),
  shortcut(CONTAINER, 'unpause'),
  shortcut(CONTAINER, 'update'),
  shortcut(CONTAINER, 'wait'),
];

export const ROOT: Omit<RootHelp, 'flags'> = {
  common,
  groups: [BUILDER, CONTAINER, CONTEXT, IMAGE, MANIFEST, NETWORK, PLUGIN, SYSTEM, TRUST, VOLUME],
  swarm: [SWARM],
  commands,
};

/** What help lists as well where buildx is installed: a plugin is marked, and `bake` is the plugin's. */
export const WITH_BUILDX: Pick<RootHelp, 'common' | 'groups'> = {
  common: common.flatMap((one) =>
    one.spec.name === 'build'
      ? [one, { spec: { ...one.spec, name: 'bake', short: 'Build from a file' } }]
      : [one],
  ),
  groups: ROOT.groups.flatMap((group) =>
    group === BUILDER ? [group, { ...BUILDX, name: 'buildx*' }] : [group],
  ),
};

/** Help with the groups that are left out while the engine is no swarm manager, nor experimental. */
export function withHidden<T extends Pick<RootHelp, 'groups' | 'swarm'>>(root: T): T {
  const byName = (a: Group, b: Group) => (a.name < b.name ? -1 : 1);
  return {
    ...root,
    groups: [...root.groups, CHECKPOINT].sort(byName),
    swarm: [...root.swarm, NODE, SERVICE, STACK, SECRET, CONFIG].sort(byName),
  };
}

/** Groups that work but that `docker --help` leaves out while the engine is no swarm manager. */
const HIDDEN: readonly Group[] = [CHECKPOINT, NODE, SERVICE, STACK, SECRET, CONFIG, BUILDX];

export const GROUPS: readonly Group[] = [...ROOT.groups, ...ROOT.swarm, ...HIDDEN];
export const LEAVES: readonly Leaf[] = [...common, ...commands];

/** The command of this name among these, by any of its names. */
export const findLeaf = (leaves: readonly Leaf[], name: string): Leaf | undefined =>
  leaves.find(({ spec }) => spec.name === name || spec.names?.includes(name));

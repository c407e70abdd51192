/** All commands of the plugin buildx. */
import type { Action, Group, Leaf } from '../command.ts';
import { build } from '../commands/build.ts';
import { pruneBuilder } from '../commands/builder-prune.ts';
import {
  createBuilder,
  removeBuilders,
  showVersion,
  stopBuilder,
  useBuilder,
} from '../commands/buildx/builders.ts';
import { diskUsage } from '../commands/buildx/du.ts';
import { listRecords, removeRecords, showLogs } from '../commands/buildx/history.ts';
import { inspectAttachment, inspectRecord } from '../commands/buildx/history-inspect.ts';
import { inspectRemote } from '../commands/buildx/imagetools-inspect.ts';
import { inspectBuilder } from '../commands/buildx/inspect.ts';
import { listBuilders } from '../commands/buildx/ls.ts';
import type { CommandSpec, FlagRow } from '../flags/spec.ts';
import * as buildSpec from '../spec/buildx.ts';
import * as builderSpec from '../spec/buildx-builders.ts';
import { BUILDER, BUILDX_FLAGS } from '../spec/buildx-common.ts';
import * as historySpec from '../spec/buildx-history.ts';
import * as imagetoolsSpec from '../spec/buildx-imagetools.ts';

const leaf = (spec: CommandSpec, action?: Action): Leaf =>
  action === undefined ? { spec } : { spec, action };
/** One that does without an engine. */
const local = (spec: CommandSpec, action: Action): Leaf => ({ spec, action, local: true });

const HISTORY_INSPECT: Group = {
  name: 'inspect',
  short: 'Inspect a build record',
  flags: historySpec.inspect.flags,
  self: leaf(historySpec.inspect, inspectRecord),
  leaves: [local(historySpec.attachment, inspectAttachment)],
};

const HISTORY: Group = {
  name: 'history',
  short: 'Commands to work on build records',
  flags: BUILDX_FLAGS,
  groups: [HISTORY_INSPECT],
  leaves: [
    leaf(historySpec.exporting),
    leaf(historySpec.importing),
    leaf(historySpec.logs, showLogs),
    leaf(historySpec.list, listRecords),
    leaf(historySpec.open),
    leaf(historySpec.remove, removeRecords),
  ],
};

const IMAGETOOLS: Group = {
  name: 'imagetools',
  short: 'Commands to work on images in registry',
  flags: BUILDX_FLAGS,
  leaves: [leaf(imagetoolsSpec.create), leaf(imagetoolsSpec.inspect, inspectRemote)],
};

/** `docker buildx`; its help and the plugin's own. */
export const BUILDX: Group = {
  name: 'buildx',
  short: 'Docker Buildx',
  long: 'Extended build capabilities with BuildKit',
  hidden: true,
  plugin: 'buildx',
  flags: BUILDX_FLAGS,
  hint: 'Experimental commands and flags are hidden. Set BUILDX_EXPERIMENTAL=1 to show them.',
  groups: [HISTORY, IMAGETOOLS],
  leaves: [
    leaf(builderSpec.bake),
    leaf(buildSpec.build, build),
    local(builderSpec.create, createBuilder),
    leaf(builderSpec.dialStdio),
    leaf(builderSpec.du, diskUsage),
    leaf(builderSpec.inspect, inspectBuilder),
    leaf(builderSpec.list, listBuilders),
    leaf(buildSpec.prune, pruneBuilder),
    local(builderSpec.remove, removeBuilders),
    leaf(builderSpec.stop, stopBuilder),
    local(builderSpec.use, useBuilder),
    local(builderSpec.version, showVersion),
  ],
};

/** docker names its own builder to the plugin where it stands for a command of docker's. */
const named = (rows: readonly FlagRow[]): FlagRow[] =>
  rows.map((row): FlagRow => (row === BUILDER ? ['builder', '', 'string', BUILDER[3], 'default'] : row));
const asDocker = (one: Leaf): Leaf => ({ ...one, spec: { ...one.spec, flags: named(one.spec.flags) } });
const asDockerGroup = (group: Group): Group => ({
  ...group,
  flags: named(group.flags ?? []),
  leaves: group.leaves.map(asDocker),
  ...(group.groups === undefined ? {} : { groups: group.groups.map(asDockerGroup) }),
  ...(group.self === undefined ? {} : { self: asDocker(group.self) }),
});

/** What `docker builder` is where buildx is installed. */
export const BUILDX_AS_BUILDER: Group = asDockerGroup(BUILDX);

/** What `docker build` is there. */
export const buildWithBuildx: Leaf = asDocker(leaf(buildSpec.build, build));

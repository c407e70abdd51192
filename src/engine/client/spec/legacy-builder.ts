/** The flags of the builder that was before BuildKit: what `docker build` knows where there is no buildx. */
import { parseNormalizedNamed } from '../../oci/reference.ts';
import { exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';

/** Names are refused before anything is sent. */
function checkTag(text: string): string {
  parseNormalizedNamed(text);
  return text;
}

export const build: CommandSpec = {
  name: 'build',
  args: '[OPTIONS] PATH | URL | -',
  short: 'Build an image from a Dockerfile',
  aliases: ['docker image build', 'docker build', 'docker builder build'],
  arity: exactly(1),
  flags: [
    ['add-host', '', 'list', 'Add a custom host-to-IP mapping ("host:ip")'],
    ['build-arg', '', 'list', 'Set build-time variables'],
    ['cache-from', '', 'strings', 'Images to consider as cache sources'],
    ['cgroup-parent', '', 'string', 'Set the parent cgroup for the "RUN" instructions during build'],
    ['compress', '', 'bool', 'Compress the build context using gzip'],
    ['cpu-period', '', 'int', 'Limit the CPU CFS (Completely Fair Scheduler) period'],
    ['cpu-quota', '', 'int', 'Limit the CPU CFS (Completely Fair Scheduler) quota'],
    ['cpu-shares', 'c', 'int', 'CPU shares (relative weight)'],
    ['cpuset-cpus', '', 'string', 'CPUs in which to allow execution (0-3, 0,1)'],
    ['cpuset-mems', '', 'string', 'MEMs in which to allow execution (0-3, 0,1)'],
    ['disable-content-trust', '', 'bool', 'Skip image verification', 'true'],
    ['file', 'f', 'string', 'Name of the Dockerfile (Default is "PATH/Dockerfile")'],
    ['force-rm', '', 'bool', 'Always remove intermediate containers'],
    ['iidfile', '', 'string', 'Write the image ID to the file'],
    ['isolation', '', 'string', 'Container isolation technology'],
    ['label', '', 'list', 'Set metadata for an image'],
    ['memory', 'm', 'bytes', 'Memory limit'],
    ['memory-swap', '', 'bytes', 'Swap limit equal to memory plus swap: -1 to enable unlimited swap'],
    ['network', '', 'string', 'Set the networking mode for the RUN instructions during build', 'default'],
    ['no-cache', '', 'bool', 'Do not use cache when building the image'],
    ['platform', '', 'string', 'Set platform if server is multi-platform capable'],
    ['pull', '', 'bool', 'Always attempt to pull a newer version of the image'],
    ['quiet', 'q', 'bool', 'Suppress the build output and print image ID on success'],
    ['rm', '', 'bool', 'Remove intermediate containers after a successful build', 'true'],
    ['security-opt', '', 'strings', 'Security options'],
    ['shm-size', '', 'bytes', 'Size of "/dev/shm"'],
    ['tag', 't', 'list', 'Name and optionally a tag in the "name:tag" format'],
    ['target', '', 'string', 'Set the target build stage to build.'],
    ['ulimit', '', 'ulimit', 'Ulimit options', '[]'],
    ['squash', '', 'bool', 'Squash newly built layers into a single new layer', undefined, 'hidden'],
  ],
  checks: { tag: checkTag },
};

export const prune: CommandSpec = {
  name: 'prune',
  args: '',
  short: 'Remove build cache',
  arity: none,
  flags: [
    ['all', 'a', 'bool', 'Remove all unused build cache, not just dangling ones'],
    ['filter', '', 'filter', 'Provide filter values (e.g. "until=24h")'],
    ['force', 'f', 'bool', 'Do not prompt for confirmation'],
    ['keep-storage', '', 'bytes', 'Amount of disk space to keep for cache'],
  ],
};

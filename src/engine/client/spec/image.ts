/** The flags of the commands on images. */

import { atLeast, atMost, exactly, none } from '../flags/arity.ts';
import type { CommandSpec } from '../flags/spec.ts';
import { FORMAT_OBJECT, FORMAT_TABLE } from './format-flag.ts';

export const history: CommandSpec = {
  name: 'history',
  args: '[OPTIONS] IMAGE',
  short: 'Show the history of an image',
  aliases: ['docker image history', 'docker history'],
  arity: exactly(1),
  flags: [
    ['format', '', 'string', FORMAT_TABLE],
    ['human', 'H', 'bool', 'Print sizes and dates in human readable format', 'true'],
    ['no-trunc', '', 'bool', "Don't truncate output"],
    [
      'platform',
      '',
      'string',
      'Show history for the given platform. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ],
    ['quiet', 'q', 'bool', 'Only show image IDs'],
  ],
};

export const importing: CommandSpec = {
  name: 'import',
  args: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  short: 'Import the contents from a tarball to create a filesystem image',
  aliases: ['docker image import', 'docker import'],
  arity: atLeast(1),
  flags: [
    ['change', 'c', 'list', 'Apply Dockerfile instruction to the created image'],
    ['message', 'm', 'string', 'Set commit message for imported image'],
    ['platform', '', 'string', 'Set platform if server is multi-platform capable'],
  ],
};

export const inspect: CommandSpec = {
  name: 'inspect',
  args: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Display detailed information on one or more images',
  arity: atLeast(1),
  flags: [
    ['format', 'f', 'string', FORMAT_OBJECT],
    [
      'platform',
      '',
      'string',
      "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ],
  ],
};

export const load: CommandSpec = {
  name: 'load',
  args: '[OPTIONS]',
  short: 'Load an image from a tar archive or STDIN',
  aliases: ['docker image load', 'docker load'],
  arity: none,
  flags: [
    ['input', 'i', 'string', 'Read from tar archive file, instead of STDIN'],
    [
      'platform',
      '',
      'string',
      'Load only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ],
    ['quiet', 'q', 'bool', 'Suppress the load output'],
  ],
};

export const list: CommandSpec = {
  name: 'ls',
  args: '[OPTIONS] [REPOSITORY[:TAG]]',
  short: 'List images',
  names: ['list'],
  aliases: ['docker image ls', 'docker image list', 'docker images'],
  arity: atMost(1),
  flags: [
    ['all', 'a', 'bool', 'Show all images (default hides intermediate images)'],
    ['digests', '', 'bool', 'Show digests'],
    ['filter', 'f', 'filter', 'Filter output based on conditions provided'],
    ['format', '', 'string', FORMAT_TABLE],
    ['no-trunc', '', 'bool', "Don't truncate output"],
    ['quiet', 'q', 'bool', 'Only show image IDs'],
    ['tree', '', 'bool', 'List multi-platform images as a tree (EXPERIMENTAL)'],
  ],
};

export const prune: CommandSpec = {
  name: 'prune',
  args: '[OPTIONS]',
  short: 'Remove unused images',
  arity: none,
  flags: [
    ['all', 'a', 'bool', 'Remove all unused images, not just dangling ones'],
    ['filter', '', 'filter', 'Provide filter values (e.g. "until=<timestamp>")'],
    ['force', 'f', 'bool', 'Do not prompt for confirmation'],
  ],
};

export const pull: CommandSpec = {
  name: 'pull',
  args: '[OPTIONS] NAME[:TAG|@DIGEST]',
  short: 'Download an image from a registry',
  aliases: ['docker image pull', 'docker pull'],
  arity: exactly(1),
  flags: [
    ['all-tags', 'a', 'bool', 'Download all tagged images in the repository'],
    ['disable-content-trust', '', 'bool', 'Skip image verification', 'true'],
    ['platform', '', 'string', 'Set platform if server is multi-platform capable'],
    ['quiet', 'q', 'bool', 'Suppress verbose output'],
  ],
};

export const push: CommandSpec = {
  name: 'push',
  args: '[OPTIONS] NAME[:TAG]',
  short: 'Upload an image to a registry',
  aliases: ['docker image push', 'docker push'],
  arity: exactly(1),
  flags: [
    ['all-tags', 'a', 'bool', 'Push all tags of an image to the repository'],
    ['disable-content-trust', '', 'bool', 'Skip image signing', 'true'],
    [
      'platform',
      '',
      'string',
      "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be pushed, meaning that other manifests, including attestations won't be preserved.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ],
    ['quiet', 'q', 'bool', 'Suppress verbose output'],
  ],
};

export const remove: CommandSpec = {
  name: 'rm',
  args: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Remove one or more images',
  names: ['remove'],
  aliases: ['docker image rm', 'docker image remove', 'docker rmi'],
  arity: atLeast(1),
  flags: [
    ['force', 'f', 'bool', 'Force removal of the image'],
    ['no-prune', '', 'bool', 'Do not delete untagged parents'],
    [
      'platform',
      '',
      'strings',
      'Remove only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ],
  ],
};

export const save: CommandSpec = {
  name: 'save',
  args: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  aliases: ['docker image save', 'docker save'],
  arity: atLeast(1),
  flags: [
    ['output', 'o', 'string', 'Write to a file, instead of STDOUT'],
    [
      'platform',
      '',
      'string',
      'Save only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")',
    ],
  ],
};

export const tag: CommandSpec = {
  name: 'tag',
  args: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  short: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
  aliases: ['docker image tag', 'docker tag'],
  arity: exactly(2),
  stopsAtFirstArgument: true,
  flags: [],
};

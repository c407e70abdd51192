import type { FileSystemTree } from '@webcontainer/api';
import type { LabEvents } from '../../lab/protocol.ts';

type ProjectFile = Extract<LabEvents['javascript.order'], { is: 'start' }>['files'][number];

/** The files of a project as a WebContainer mounts them. */
export function fileTree(files: readonly ProjectFile[]): FileSystemTree {
  const root: FileSystemTree = Object.create(null);
  for (const file of files) {
    const names = file.path.split('/');
    const name = names.pop() ?? '';
    let directory = root;
    for (const one of names) {
      const found = directory[one];
      const below: FileSystemTree = found && 'directory' in found ? found.directory : Object.create(null);
      directory[one] = { directory: below };
      directory = below;
    }
    directory[name] =
      'target' in file ? { file: { symlink: file.target } } : { file: { contents: file.content } };
  }
  return root;
}

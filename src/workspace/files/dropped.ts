/** A file or folder from the reader's disk, by its path within what was given. */
export type Given = { path: string; file: File } | { path: string; file?: undefined };

/** What was dropped, folders with all that is in them. To be called while the event is being handled: its items are gone after. */
export async function droppedItems({ items }: DataTransfer): Promise<Given[]> {
  const roots = [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const given: Given[] = [];
  for (const root of roots) {
    if (root instanceof File) given.push({ path: root.name, file: root });
    else if (root) await gather(root, root.name, given);
  }
  return given;
}

async function gather(entry: FileSystemEntry, path: string, given: Given[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    given.push({ path, file });
    return;
  }
  given.push({ path });
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const one of some) await gather(one, `${path}/${one.name}`, given);
  }
}

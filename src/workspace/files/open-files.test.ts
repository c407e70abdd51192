import { describe, expect, test } from 'vitest';
import type { Session } from '../session.ts';
import { draftsOf } from './drafts.ts';
import { createOpenFiles, standing } from './open-files.ts';

/** A machine that is nothing but files, and a browser that keeps things. */
function desk(files: Record<string, string | Uint8Array>, kept = new Map<string, string>()) {
  const encode = (text: string | Uint8Array) =>
    typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const decode = (bytes: string | Uint8Array) =>
    typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes);
  const call = async (
    method: string,
    { path, content, over }: { path: string; content: Uint8Array; over?: Uint8Array | null },
  ) => {
    const now = files[path];
    if (method === 'files.read') {
      if (now === undefined) throw new Error(`${path}: No such file or directory`);
      return encode(now);
    }
    if (over !== undefined && now !== undefined && (over === null || decode(over) !== decode(now)))
      return false;
    files[path] = decode(content);
    return true;
  };
  const drafts = draftsOf('lab', {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  });
  return { kept, open: createOpenFiles({ call } as unknown as Session, drafts) };
}

describe('files that are open', () => {
  test('are changed here and saved', async () => {
    const files = { '/a': 'one' };
    const { open } = desk(files);
    await open.open('/a');
    const [file] = open.list.value;
    file!.text.value = 'two';
    expect(file?.isDirty.value).toBe(true);
    expect(await open.save(file!)).toBe(true);
    expect(file?.isDirty.value).toBe(false);
    expect(files['/a']).toBe('two');
  });

  test('follow the machine where nothing was written here', async () => {
    const files = { '/a': 'one' };
    const { open } = desk(files);
    await open.open('/a');
    files['/a'] = 'theirs';
    await open.refresh();
    expect(open.current.value?.text.value).toBe('theirs');
    expect(open.current.value?.isDirty.value).toBe(false);
  });

  test('lose neither what was written here nor what changed on the machine', async () => {
    const files = { '/a': 'one' };
    const { open } = desk(files);
    await open.open('/a');
    const file = open.current.value!;
    file.text.value = 'mine';
    files['/a'] = 'theirs';
    expect(await open.save(file)).toBe(false);
    expect([file.text.value, files['/a'], standing(file)]).toEqual(['mine', 'theirs', 'changed']);
    open.takeTheirs(file);
    expect([file.text.value, file.isDirty.value, standing(file)]).toEqual(['theirs', false, 'same']);
    file.text.value = 'mine again';
    files['/a'] = 'theirs again';
    expect(await open.save(file, { anyway: true })).toBe(true);
    expect(files['/a']).toBe('mine again');
  });

  test('say so when they are removed, and can be saved again', async () => {
    const files: Record<string, string> = { '/a': 'one' };
    const { open } = desk(files);
    await open.open('/a');
    delete files['/a'];
    await open.refresh();
    const file = open.current.value!;
    expect([file.text.value, standing(file)]).toEqual(['one', 'gone']);
    expect(await open.save(file)).toBe(true);
    expect([files['/a'], standing(file)]).toEqual(['one', 'same']);
  });

  test('may be new, and do not take the place of one that came meanwhile', async () => {
    const files: Record<string, string> = {};
    const { open } = desk(files);
    await expect(open.open('/new')).rejects.toThrow('No such file');
    await open.open('/new', { orNew: true });
    const file = open.current.value!;
    file.text.value = 'mine';
    files['/new'] = 'theirs';
    expect(await open.save(file)).toBe(false);
    expect(files['/new']).toBe('theirs');
  });

  test('are known by their new names, and closed when removed here', async () => {
    const { open } = desk({ '/app/a': 'a', '/app/b': 'b', '/other': '' });
    for (const path of ['/app/a', '/app/b', '/other']) await open.open(path);
    open.moved('/app', '/web');
    expect(open.list.value.map(({ path }) => path.value)).toEqual(['/web/a', '/web/b', '/other']);
    open.list.value[1]!.text.value = 'unsaved';
    open.removed('/web');
    expect(open.list.value.map(({ path }) => path.value)).toEqual(['/web/b', '/other']);
  });

  test('keep a byte order mark, and refuse what is no text', async () => {
    const { open } = desk({
      '/bom': '\ufeffFROM scratch',
      '/bin': new Uint8Array([1, 0, 2]),
      '/latin': new Uint8Array([0xe9]),
    });
    await open.open('/bom');
    expect(open.current.value?.text.value).toBe('\ufeffFROM scratch');
    await expect(open.open('/bin')).rejects.toThrow('binary');
    await expect(open.open('/latin')).rejects.toThrow('binary');
  });

  test('that were not saved are there again with the page', async () => {
    const files = { '/a': 'one' };
    const { open, kept } = desk(files);
    await open.open('/a');
    open.current.value!.text.value = 'draft';
    await expect.poll(() => kept.size).toBe(1);
    const again = desk(files, kept).open;
    expect(again.list.value.map(({ text, isDirty }) => [text.value, isDirty.value])).toEqual([
      ['draft', true],
    ]);
    await again.save(again.list.value[0]!);
    await expect.poll(() => kept.size).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { paste } from './paste.ts';

const pasted = async (text: string, options?: Parameters<typeof paste>[2]) => {
  const pieces: string[] = [];
  await paste(text, async (piece) => pieces.push(piece), options).done;
  return pieces;
};

describe('pasting', () => {
  it('sends Enter for each line end', async () => {
    expect(await pasted('a\nb\r\nc')).toEqual(['a\rb\rc']);
  });

  it('marks the paste for a program that asks', async () => {
    expect((await pasted('x', { bracketed: true })).join('')).toBe('\x1b[200~x\x1b[201~');
  });

  it('sends a long text in pieces, in order, with no character cut', async () => {
    const text = `x${'🐳'.repeat(9000)}`;
    const pieces = await pasted(text);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(text);
    for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
  });

  it('stops when told to', async () => {
    let sent = 0;
    const long = paste('x'.repeat(1e6), async () => {
      if (++sent === 3) long.stop();
    });
    await long.done;
    expect(sent).toBe(3);
  });
});

import { describe, expect, it } from 'vitest';
import { parseConsole } from './console-block.ts';

describe('a console block', () => {
  it('is commands, each with what the machine printed', () => {
    expect(parseConsole('$ echo one\none\n\n# id -u\n0\n')).toEqual({
      before: '',
      steps: [
        { prompt: '$', command: 'echo one', output: 'one\n' },
        { prompt: '#', command: 'id -u', output: '0' },
      ],
    });
  });

  it('knows the prompts of shells in containers', () => {
    expect(parseConsole('/ # hostname\n3f2a\nroot@3f2a:/# exit').steps).toEqual([
      { prompt: '/ #', command: 'hostname', output: '3f2a' },
      { prompt: 'root@3f2a:/#', command: 'exit', output: '' },
    ]);
  });

  it('joins a command that goes on', () => {
    expect(parseConsole('$ docker run \\\n>   busybox\nhello').steps[0]).toEqual({
      prompt: '$',
      command: 'docker run \\\n  busybox',
      output: 'hello',
    });
  });

  it('keeps output that only looks like a prompt, when it is escaped', () => {
    expect(parseConsole('$ cat Dockerfile\n\\# syntax\nFROM x').steps[0]?.output).toBe('# syntax\nFROM x');
  });

  it('does not take a heading in the output of help for a command', () => {
    expect(parseConsole('$ x\n#1 [internal] load\nprice: 5 $ now').steps).toHaveLength(1);
  });
});

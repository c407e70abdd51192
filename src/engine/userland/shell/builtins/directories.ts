import { isErrno } from '../../../base/errno.ts';
import { S_IFDIR, S_IFMT } from '../../../vfs/inode.ts';
import { assign } from '../parameters.ts';
import type { Shell } from '../shell.ts';
import { illegalOption, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** cd, pwd: the working directory as a logical path (POSIX XCU cd). */

/** Joins and tidies a path by its text alone. */
export function logicalPath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  // Two slashes at the beginning are kept (POSIX XBD 4.13).
  return `${/^\/\/(?!\/)/.test(path) ? '/' : ''}/${parts.join('/')}`;
}

/** The logical working directory: $PWD where it is true. */
export async function workingDirectory(shell: Shell): Promise<string> {
  if (shell.cwd === '') {
    const pwd = shell.variables.get('PWD');
    if (pwd?.startsWith('/') && !/\/\.\.?(\/|$)/.test(pwd) && (await sameDirectory(shell, pwd)))
      shell.cwd = pwd;
    else shell.cwd = await shell.sys.getcwd();
  }
  return shell.cwd;
}

async function sameDirectory(shell: Shell, path: string): Promise<boolean> {
  try {
    const [a, b] = [await shell.sys.stat(path), await shell.sys.stat('.')];
    return a.dev === b.dev && a.ino === b.ino;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

export async function changeTo(shell: Shell, target: string, physical: boolean): Promise<void> {
  const before = await workingDirectory(shell).catch(() => shell.variables.get('PWD') ?? '');
  if (physical) {
    await shell.sys.chdir(target);
    shell.cwd = await shell.sys.getcwd();
  } else {
    const path = logicalPath(before, target);
    // `cd file/..` fails although the text says otherwise.
    if (target.includes('..') && shell.dialect.bashSyntax) {
      const climbed = target.replace(/\/?\.\.(\/.*)?$/, '');
      if (
        climbed !== '' &&
        !climbed.endsWith('..') &&
        ((await shell.sys.stat(climbed)).mode & S_IFMT) !== S_IFDIR
      )
        await shell.sys.chdir(target);
    }
    await shell.sys.chdir(path);
    shell.cwd = path;
  }
  assign(shell, 'OLDPWD', before);
  assign(shell, 'PWD', shell.cwd);
  if (!shell.dialect.bashSyntax)
    for (const name of ['PWD', 'OLDPWD']) shell.variables.declare(name).exported = true;
}

export const cd: BuiltinRun = async (shell, args) => {
  let physical = shell.option('physical');
  let i = 0;
  for (; i < args.length && /^-[LPe@]+$|^--$/.test(args[i]!); i++) {
    if (args[i] === '--') {
      i++;
      break;
    }
    for (const letter of args[i]!.slice(1)) if (letter === 'L' || letter === 'P') physical = letter === 'P';
  }
  if (/^-./.test(args[i] ?? ''))
    return illegalOption(shell, 'cd', args[i]![1]!, 'cd [-L|[-P [-e]] [-@]] [dir]');
  const operands = args.slice(i);
  if (operands.length > 1 && shell.dialect.bashSyntax) return misuse(shell, 'cd', 'too many arguments');
  let target = operands[0];
  let print = false;
  if (target === undefined) {
    target = shell.variables.get('HOME');
    if (target === undefined) {
      if (shell.dialect.bashSyntax) return misuse(shell, 'cd', 'HOME not set');
      return 0;
    }
  } else if (target === '-') {
    target = shell.variables.get('OLDPWD');
    print = true;
    if (target === undefined) {
      if (shell.dialect.bashSyntax) return misuse(shell, 'cd', 'OLDPWD not set');
      target = '';
    }
  }
  if (target === '') return print ? shell.print(`${await workingDirectory(shell)}\n`, 'cd') : 0;
  for (const directory of searched(shell, target)) {
    const path =
      directory === ''
        ? target
        : `${shell.dialect.bashSyntax ? directory.replace(/\/$/, '') : directory}/${target}`;
    try {
      await changeTo(shell, path, physical);
      if (print || directory !== '') await shell.print(`${shell.cwd}\n`, 'cd');
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (directory === '')
        return misuse(
          shell,
          'cd',
          shell.dialect.cannotCd(operands[0] === '-' ? target : (operands[0] ?? target), error.code),
        );
    }
  }
  return 1;
};

function searched(shell: Shell, target: string): string[] {
  const path = shell.variables.get('CDPATH');
  if (path === undefined || /^(\/|\.\.?(\/|$))/.test(target)) return [''];
  return [...path.split(':').filter((directory) => directory !== '' && directory !== '.'), ''];
}

export const pwd: BuiltinRun = async (shell, args) => {
  let physical = shell.option('physical');
  for (const arg of args) {
    if (arg === '-P') physical = true;
    else if (arg === '-L') physical = false;
    else if (arg.startsWith('-') && arg !== '--')
      return illegalOption(shell, 'pwd', arg[1] ?? '', 'pwd [-LP]');
  }
  try {
    return await shell.print(
      `${physical ? await shell.sys.getcwd() : await workingDirectory(shell)}\n`,
      'pwd',
    );
  } catch (error) {
    if (!isErrno(error)) throw error;
    return misuse(
      shell,
      'pwd',
      `error retrieving current directory: getcwd: cannot access parent directories: ${error.message}`,
      1,
    );
  }
};

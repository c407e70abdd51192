import type { ContainerModel } from '../engine/daemon/model.ts';
import type { Check, Localised } from './check.ts';

/** Checks on containers that many exercises share, and the words to speak of a container's state. */

/** The image's name without its tag. */
export const repository = (container: ContainerModel): string => container.image.split(':')[0] ?? '';

const STATES: Readonly<Record<ContainerModel['status'], Localised>> = {
  created: { en: 'created, not started', 'zh-cn': '已创建，未启动' },
  running: { en: 'running', 'zh-cn': '正在运行' },
  paused: { en: 'paused', 'zh-cn': '已暂停' },
  restarting: { en: 'restarting', 'zh-cn': '正在重启' },
  removing: { en: 'being removed', 'zh-cn': '正在删除' },
  exited: { en: 'exited', 'zh-cn': '已退出' },
  dead: { en: 'dead', 'zh-cn': '已失效' },
};

/** A container's state in words, with the exit status where it has ended. */
export function stateOf(container: ContainerModel): Localised {
  const { en, 'zh-cn': zh } = STATES[container.status];
  return container.status === 'exited'
    ? { en: `${en} (${container.exitCode})`, 'zh-cn': `${zh}（${container.exitCode}）` }
    : { en, 'zh-cn': zh };
}

const missing = (name: string): Localised => ({
  en: `no container named ${name}`,
  'zh-cn': `没有名为${name}的容器`,
});

const same = (text: string): Localised => ({ en: text, 'zh-cn': text });

/** A container of a name runs from an image. */
export const running =
  (name: string, image: string): Check =>
  (world) => {
    const container = world.container(name);
    const state = container && stateOf(container);
    return {
      passed: container?.status === 'running' && repository(container) === image,
      expected: {
        en: `a running container named ${name} from the image ${image}`,
        'zh-cn': `一个正在运行的容器，名为${name}，用的是镜像${image}`,
      },
      found: state
        ? {
            en: `${name} from ${container.image}, ${state.en}`,
            'zh-cn': `${name}，镜像${container.image}，${state['zh-cn']}`,
          }
        : missing(name),
      look: 'docker ps -a',
    };
  };

/** A port of the machine leads to a TCP port of a container. */
export const published =
  (name: string, host: string, inside: string): Check =>
  (world) => {
    const container = world.container(name);
    const ports = Object.entries(container?.ports ?? {}).flatMap(([port, bindings]) =>
      (bindings ?? []).map((binding) => `${binding.HostPort} → ${port}`),
    );
    const none: Localised = { en: 'no published port', 'zh-cn': '没有发布端口' };
    return {
      passed: ports.includes(`${host} → ${inside}/tcp`),
      expected: {
        en: `port ${host} of the machine leads to port ${inside}/tcp of ${name}`,
        'zh-cn': `本机的${host}端口通向${name}的${inside}/tcp端口`,
      },
      found: !container ? missing(name) : ports.length === 0 ? none : same([...new Set(ports)].join(', ')),
      look: `docker port ${name}`,
    };
  };

/** A container has variables, each as `NAME=value`, in its environment. */
export const environment =
  (name: string, variables: readonly string[]): Check =>
  (world) => {
    const container = world.container(name);
    const set = container?.env ?? [];
    const own = set.filter((entry) => !entry.startsWith('PATH='));
    const none: Localised = { en: 'no variables of its own', 'zh-cn': '没有自己的变量' };
    return {
      passed: variables.every((entry) => set.includes(entry)),
      expected: {
        en: `${name} has ${variables.join(' and ')} in its environment`,
        'zh-cn': `${name}的环境里有${variables.join('和')}`,
      },
      found: !container ? missing(name) : own.length === 0 ? none : same(own.join(', ')),
      look: `docker exec ${name} env`,
    };
  };

/** The ways to write that any address will do. */
const ANY = ['0.0.0.0', '[::]', '*'];

/** A program in a container listens on a TCP port, for everybody who comes to the container. */
export const listening =
  (name: string, port: number): Check =>
  (world) => {
    const container = world.container(name);
    const sockets = container?.status === 'running' ? (world.network(container.pid)?.sockets ?? []) : [];
    const found = sockets
      .filter(({ protocol, state }) => protocol === 'tcp' && state === 'LISTEN')
      .map(({ local }) => local);
    const none: Localised = { en: 'nothing listens in it', 'zh-cn': '里面没有程序在监听' };
    return {
      passed: found.some((one) => ANY.some((address) => one === `${address}:${port}`)),
      expected: {
        en: `a program in ${name} listens on port ${port}, on all addresses`,
        'zh-cn': `${name}里有程序监听${port}端口，且是在所有地址上`,
      },
      found: !container ? missing(name) : found.length === 0 ? none : same(found.join(', ')),
      look: `docker exec ${name} netstat -tln`,
    };
  };

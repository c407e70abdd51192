import type { Check } from '../../src/lab/check.ts';
import { running } from '../../src/lab/docker-checks.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import { namespacesOfItsOwn } from '../../src/lab/process-checks.ts';

const BUNDLE = '/home/learner/bundle';
const DAEMON_FILE = '/etc/docker/daemon.json';

/** The first process of tide, as runc remembers it. */
function firstOfTide(world: Inspection) {
  const state = world.file('/run/runc/tide/state.json');
  if (state === undefined) return undefined;
  const { init_process_pid: pid } = JSON.parse(state) as { init_process_pid: number };
  return world.processes().find((process) => process.pid === pid);
}

const tideRuns: Check = (world) => {
  const first = firstOfTide(world);
  const fenced = first !== undefined && namespacesOfItsOwn(world, first.pid).includes('pid');
  return {
    passed: fenced && first.command === 'sleep 1000',
    expected: {
      en: 'runc has a container tide whose first process is sleep 1000',
      'zh-cn': 'runc有一个名为tide的容器，它的第一个进程是sleep 1000',
    },
    found:
      first === undefined
        ? { en: 'no running container tide in the list of runc', 'zh-cn': 'runc的列表里没有正在运行的tide' }
        : { en: `tide runs ${first.command}`, 'zh-cn': `tide运行的是${first.command}` },
    look: 'sudo runc list',
  };
};

const unknownToDocker: Check = (world) => {
  const names = world.containers().map(({ name }) => name);
  return {
    passed: !names.includes('tide'),
    expected: { en: 'Docker knows no container tide', 'zh-cn': 'Docker不知道有tide这个容器' },
    found: { en: `Docker knows ${names.join(', ')}`, 'zh-cn': `Docker知道的有${names.join('、')}` },
    look: 'docker ps -a',
  };
};

/** Whether a process is older than dockerd: numbers may come again, the order of processes does not change. */
const notDisturbed: Check = (world) => {
  const all = world.processes();
  const daemon = all.findIndex(({ comm }) => comm === 'dockerd');
  const shop = world.container('shop');
  const first = all.findIndex(({ pid }) => pid === shop?.pid);
  const isOlder = daemon !== -1 && first !== -1 && first < daemon;
  return {
    passed: isOlder,
    expected: {
      en: 'the first process of shop is older than the dockerd that runs now',
      'zh-cn': 'shop的第一个进程比现在运行的dockerd更早启动',
    },
    found:
      daemon === -1
        ? { en: 'no dockerd is running', 'zh-cn': '没有dockerd在运行' }
        : first === -1
          ? { en: 'shop is not running', 'zh-cn': 'shop没有在运行' }
          : isOlder
            ? { en: 'it is older', 'zh-cn': '确实更早' }
            : { en: 'it is younger', 'zh-cn': '它更晚启动' },
    look: 'ps -e -o pid,lstart,comm',
  };
};

export default defineExercise({
  id: 'without-docker',
  title: { en: 'Without Docker', 'zh-cn': '不靠Docker' },
  intro: {
    en: 'A container named shop is serving customers. In the directory bundle in your home lie the files of an alpine, in rootfs, and nothing else.',
    'zh-cn':
      '名为shop的容器正在为顾客服务。你的主目录下有一个bundle目录，里面的rootfs中是alpine的文件，此外什么也没有。',
  },
  setup: [
    'docker run -d --name shop nginx',
    `mkdir -p ${BUNDLE}/rootfs; id=$(docker create alpine); docker export $id | tar -xf - -C ${BUNDLE}/rootfs; docker rm $id`,
  ],
  tasks: [
    {
      id: 'bundle',
      goal: {
        en: 'Make the directory a bundle and have runc run it in the background as a container named tide, with sleep 1000 as its first process.',
        'zh-cn': '把这个目录做成一个bundle，让runc在后台把它作为名为tide的容器运行，第一个进程是sleep 1000。',
      },
      hints: [
        {
          en: 'runc wants a config.json beside rootfs. It can write one to begin with: runc spec.',
          'zh-cn': 'runc需要rootfs旁边有一个config.json。它自己能写出一份初稿：runc spec。',
        },
        {
          en: 'Two things in it have to change: process.args, and process.terminal, for nothing in the background has a terminal. runc run -d keeps the streams that it is given, so give it < /dev/null > /dev/null 2>&1.',
          'zh-cn':
            '里面有两处要改：process.args，以及process.terminal，因为后台的东西没有终端。runc run -d会沿用给它的标准流，所以给它< /dev/null > /dev/null 2>&1。',
        },
      ],
      checks: [tideRuns, unknownToDocker],
    },
    {
      id: 'restart',
      goal: {
        en: 'Have dockerd end and start again, without shop noticing: its first process stays the one that it is.',
        'zh-cn': '让dockerd结束并重新启动，而shop毫无察觉：它的第一个进程还是原来那个。',
      },
      hints: [
        {
          en: 'By default dockerd stops its containers when it ends. One setting of daemon.json leaves them running.',
          'zh-cn': '默认情况下，dockerd结束时会停掉它的容器。daemon.json里有一个设置能让它们继续运行。',
        },
        {
          en: 'The setting is live-restore. dockerd reads it again on a hangup, kill -HUP; its number is in /var/run/docker.pid. Ended by kill, it is started again by itself two seconds later.',
          'zh-cn':
            '这个设置是live-restore。收到挂断信号（kill -HUP）时dockerd会重新读取它；它的进程号在/var/run/docker.pid里。用kill结束它之后，两秒后它会自动重新启动。',
        },
      ],
      checks: [running('shop', 'nginx'), notDisturbed],
    },
  ],
  solution: [
    {
      task: 'bundle',
      commands: [
        'cd ~/bundle',
        'runc spec',
        `jq '.process.args = ["sleep", "1000"] | .process.terminal = false' config.json > new; mv new config.json`,
        'sudo runc run -d tide < /dev/null > /dev/null 2>&1',
        'cd',
      ],
    },
    {
      task: 'restart',
      commands: [
        `echo '{ "live-restore": true }' | sudo tee ${DAEMON_FILE}`,
        'sudo kill -HUP $(cat /var/run/docker.pid); sleep 1',
        'sudo kill $(cat /var/run/docker.pid); sleep 4; docker ps',
      ],
    },
  ],
  mistakes: [
    {
      id: 'with-docker',
      task: 'bundle',
      commands: ['docker run -d --name tide alpine sleep 1000'],
      explanation: {
        en: 'This tide was made by the whole chain: Docker has it in its list, and runc keeps it under another root. Remove it, and call runc yourself.',
        'zh-cn':
          '这个tide是整条链造出来的：它在Docker的列表里，runc也把它记在另一个根目录下。删掉它，自己来调用runc。',
      },
      shown: (world) => world.container('tide') !== undefined,
    },
    {
      id: 'a-terminal-asked-for',
      task: 'bundle',
      commands: ['cd ~/bundle; runc spec', 'sudo runc run -d tide; cd'],
      explanation: {
        en: 'config.json asks for a terminal, as runc spec writes it, and in the background there is none to give. Set process.terminal to false.',
        'zh-cn':
          'config.json要求一个终端，runc spec就是这么写的，而在后台没有终端可给。把process.terminal设为false。',
      },
      shown: (world) =>
        firstOfTide(world) === undefined &&
        /"terminal": true/.test(world.file(`${BUNDLE}/config.json`) ?? ''),
    },
    {
      id: 'taken-along',
      task: 'restart',
      commands: ['sudo kill $(cat /var/run/docker.pid); sleep 4'],
      explanation: {
        en: 'dockerd has stopped shop before it ended: that is what it does unless live-restore is set. Start shop again, and set it first.',
        'zh-cn':
          'dockerd在结束之前先停掉了shop：没有设置live-restore时它就是这样做的。重新启动shop，先把它设好。',
      },
      shown: (world) =>
        world.container('shop')?.status === 'exited' && !/live-restore/.test(world.file(DAEMON_FILE) ?? ''),
    },
    {
      id: 'not-read-yet',
      task: 'restart',
      commands: [
        `echo '{ "live-restore": true }' | sudo tee ${DAEMON_FILE}`,
        'sudo kill $(cat /var/run/docker.pid); sleep 4',
      ],
      explanation: {
        en: 'live-restore stands in daemon.json, but the dockerd that ended had never read it. It reads the file when it starts, and on kill -HUP. Start shop; the dockerd that runs now knows the setting.',
        'zh-cn':
          'live-restore已写进daemon.json，但结束的那个dockerd从没读过它。它只在启动时和收到kill -HUP时读这个文件。启动shop吧，现在运行的dockerd已经知道这个设置了。',
      },
      shown: (world) =>
        world.container('shop')?.status === 'exited' && /live-restore/.test(world.file(DAEMON_FILE) ?? ''),
    },
  ],
});

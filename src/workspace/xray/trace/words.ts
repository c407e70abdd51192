import type { Locale } from '../../words/index.ts';

const en = {
  none: 'Recording. Type a docker command, and see who does what for it.',
  about:
    'Who does what for a command, in order, while this view is open; the newest command first. The daemons speak gRPC on a real machine, here JSON.',
  problem: 'The recording has ended: {problem}',
  noCommand: 'without a command',
  beside: 'What was done meanwhile for {commands} may stand here, too.',
  running: 'runs',
  pid: 'PID {pid}',
  pidInside: 'PID {pid}, inside {inner}',
  after: '+{time}',
  what: '{name}: {what}',
  times: '{what} × {n}',
  others: '{n} more: {list}',
  other: '{call} {n}',
  left: '{n} more lines had no room.',
  kind_api: 'API',
  kind_task: 'task',
  kind_program: 'program',
  kind_process: 'new process',
  kind_namespace: 'namespaces',
  kind_mount: 'mounts',
  kind_hostname: 'host name',
  kind_cgroup: 'cgroup',
  kind_network: 'network',
  kind_rights: 'rights',
  kind_signal: 'signal',
  kind_end: 'end',
};

export type TraceWords = { readonly [K in keyof typeof en]: string };

const zhCn: TraceWords = {
  none: '正在记录。输入一条docker命令，看看谁为它做了什么。',
  about:
    '这个视图打开期间，谁为一条命令做了什么，按先后排列；最新的命令在前。在真实机器上，各守护进程之间用gRPC，这里用JSON。',
  problem: '记录已停止：{problem}',
  noCommand: '没有命令',
  beside: '其间为{commands}做的事也可能列在这里。',
  running: '运行中',
  pid: 'PID {pid}',
  pidInside: 'PID {pid}，内部{inner}',
  after: '+{time}',
  what: '{name}：{what}',
  times: '{what} × {n}',
  others: '其余{n}次：{list}',
  other: '{call} {n}',
  left: '还有{n}行放不下。',
  kind_api: 'API',
  kind_task: '任务',
  kind_program: '程序',
  kind_process: '新进程',
  kind_namespace: '命名空间',
  kind_mount: '挂载',
  kind_hostname: '主机名',
  kind_cgroup: 'cgroup',
  kind_network: '网络',
  kind_rights: '权限',
  kind_signal: '信号',
  kind_end: '结束',
};

export const traceWords = (locale: Locale): TraceWords => (locale === 'zh-cn' ? zhCn : en);

import type { Locale } from '../words/index.ts';

/** The words of the setting in English; the list that every other language must fill. */
const en = {
  title: 'Where Node.js runs',
  intro: 'What runs your JavaScript when a container starts `node FILE`:',
  embedded: 'The interpreter of this course',
  embeddedAbout:
    'It works everywhere, offline too, and within the simulated machine: its processes, its limits, its network.',
  webcontainer: 'A WebContainer: a whole Node.js in the browser, from StackBlitz',
  needs:
    'It needs the internet (its code comes from stackblitz.com), a site that is served with the headers COOP and COEP, and Chromium or Firefox on a desktop.',
  works:
    'Works: the files of the program’s directory are taken there as they are when it starts; words of the line, environment, output and exit status; ports, also published ones.',
  lacks:
    'Does not: standard input and signals (what ends the process ends the program too), limits of memory and CPU, other containers and names of the simulated network, files that the program writes. The version is the WebContainer’s own, and two programs cannot have the same port. `node -e` and the prompt stay with the interpreter.',
  looking: 'Looking for a WebContainer…',
  isOn: 'Programs that you start from now on run in the WebContainer.',
  isOff: 'Programs run in the interpreter of this course.',
  none: 'There is no WebContainer here: {why} Everything goes on with the interpreter of this course.',
  notIsolated: 'this page is not isolated, since the site was sent without the headers COOP and COEP.',
  noSharedMemory: 'this browser gives the page no shared memory.',
  unreachable: 'stackblitz.com cannot be reached.',
  slow: 'it did not start in time.',
  failed: 'it did not start ({problem}).',
  close: 'Close',
};

export type JavaScriptWords = { readonly [K in keyof typeof en]: string };

const zhCn: JavaScriptWords = {
  title: 'Node.js在哪里运行',
  intro: '容器启动`node 文件`时，由谁来运行你的JavaScript：',
  embedded: '本课程自带的解释器',
  embeddedAbout: '到处都能用，离线也行；它就在模拟的机器里：受那里的进程、限额和网络约束。',
  webcontainer: 'WebContainer：StackBlitz提供的、在浏览器里运行的完整Node.js',
  needs:
    '它需要互联网（代码来自stackblitz.com）、带着COOP和COEP标头提供的网站，以及桌面上的Chromium或Firefox。',
  works:
    '可用的：程序所在目录的文件，按启动时的样子带过去；命令行参数、环境变量、输出和退出状态；端口，包括发布出来的端口。',
  lacks:
    '不可用的：标准输入和信号（进程结束时，程序随之结束）、内存和CPU的限额、其他容器和模拟网络里的名字、程序写出的文件。版本由WebContainer决定，两个程序不能用同一个端口。`node -e`和交互提示符仍归解释器。',
  looking: '正在寻找WebContainer……',
  isOn: '从现在起启动的程序在WebContainer里运行。',
  isOff: '程序在本课程自带的解释器里运行。',
  none: '这里没有WebContainer：{why}一切照旧，由本课程自带的解释器运行。',
  notIsolated: '这个页面没有隔离，因为网站没有发送COOP和COEP标头。',
  noSharedMemory: '这个浏览器不给页面共享内存。',
  unreachable: '连不上stackblitz.com。',
  slow: '它没有及时启动。',
  failed: '它没能启动（{problem}）。',
  close: '关闭',
};

export const javaScriptWords = (locale: Locale): JavaScriptWords => (locale === 'zh-cn' ? zhCn : en);

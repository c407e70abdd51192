import type { Locale } from '../../words/index.ts';

const en = {
  none: 'Nobody has asked the daemon anything yet. Type a docker command.',
  about: 'What is asked of the Docker daemon over its socket, the newest command first.',
  unknown: 'over TCP',
  calls: 'PID {pid}, calls: {n}',
  underWay: 'under way',
  callText: '{call}: {status}, {took}; sent {sent}, came back {received}',
  query: 'Query',
  request: 'Request',
  answer: 'Answer',
  stream: 'Answer, piece by piece',
  hijack: 'The connection, taken over: what comes out',
  input: 'The connection, taken over: what goes in',
  noBody: 'No body.',
  binary: 'No text.',
  cut: 'The first {shown} of {size}.',
  curl: 'The same call by curl',
  run: 'Run in the terminal',
  put: 'Put into the terminal',
  lacks_body: 'The body is no text, or too long to be kept: send a file of your own, here named body.',
  lacks_secret: 'Credentials are not shown: put yours where the asterisks are.',
  lacks_input: 'curl cannot type into a connection that docker takes over. It shows what comes out.',
  forgotten: 'This call is not kept any more.',
};

export type WireWords = { readonly [K in keyof typeof en]: string };

const zhCn: WireWords = {
  none: '还没有人向守护进程提出请求。试着输入一条docker命令。',
  about: '通过套接字向Docker守护进程提出的请求，最新的命令在前。',
  unknown: '经由TCP',
  calls: 'PID {pid}，{n}次调用',
  underWay: '进行中',
  callText: '{call}：{status}，{took}；发出{sent}，收到{received}',
  query: '查询参数',
  request: '请求',
  answer: '响应',
  stream: '响应，逐段到达',
  hijack: '被接管的连接：输出',
  input: '被接管的连接：输入',
  noBody: '没有正文。',
  binary: '不是文本。',
  cut: '共{size}，只保留前{shown}。',
  curl: '用curl发出同样的调用',
  run: '在终端运行',
  put: '放进终端',
  lacks_body: '正文不是文本，或太长而没有保留：请换成你自己的文件，这里叫body。',
  lacks_secret: '凭据不显示：请把星号换成你自己的。',
  lacks_input: 'docker接管的连接，curl无法输入，只能显示输出。',
  forgotten: '这次调用已不再保留。',
};

export const wireWords = (locale: Locale): WireWords => (locale === 'zh-cn' ? zhCn : en);

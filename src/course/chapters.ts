import type { Locale } from '../site/i18n/locales.ts';

/** The chapters of the course, in reading order. `slug` is the folder in `content/<locale>/` and the address. */
export const chapters = [
  {
    number: 1,
    slug: 'why-containers',
    title: { en: 'Why containers', 'zh-cn': '为什么要用容器' },
    about: {
      en: 'The problem of the environment, and what a fenced process does about it.',
      'zh-cn': '环境带来的麻烦，以及一个被围起来的进程能解决什么。',
    },
  },
  {
    number: 2,
    slug: 'getting-docker-running',
    title: { en: 'Getting Docker running', 'zh-cn': '让Docker跑起来' },
    about: {
      en: 'Choose a host, install, start, and tell the first errors apart.',
      'zh-cn': '选主机、安装、启动，分清最初遇到的几种错误。',
    },
  },
  {
    number: 3,
    slug: 'client-and-daemon',
    title: { en: 'Client, daemon and configuration', 'zh-cn': '客户端、守护进程与配置' },
    about: {
      en: 'Who does what when you press Enter, and where it is configured.',
      'zh-cn': '按下Enter之后谁做什么，又在哪里配置。',
    },
  },
  {
    number: 4,
    slug: 'running-containers',
    title: { en: 'Running containers', 'zh-cn': '运行容器' },
    about: {
      en: 'The parts of docker run, the states of a container, its data.',
      'zh-cn': 'docker run的各个部分、容器的状态和它的数据。',
    },
  },
  {
    number: 5,
    slug: 'images',
    title: { en: 'Images', 'zh-cn': '镜像' },
    about: {
      en: 'Layers, names, tags and digests; what is shared and what is copied.',
      'zh-cn': '层、名称、标签与摘要；什么是共享的，什么是复制的。',
    },
  },
  {
    number: 6,
    slug: 'building-images',
    title: { en: 'Building images', 'zh-cn': '构建镜像' },
    about: {
      en: 'The Dockerfile, its context, its cache, and how to mend a broken one.',
      'zh-cn': 'Dockerfile、构建上下文与缓存，以及怎样修好一个出错的Dockerfile。',
    },
  },
  {
    number: 7,
    slug: 'registries',
    title: { en: 'Registries and distribution', 'zh-cn': '镜像仓库与分发' },
    about: {
      en: 'What really travels in a push and a pull; mirrors and your own registry.',
      'zh-cn': '推送和拉取时真正传输的是什么；镜像站和自建仓库。',
    },
  },
  {
    number: 8,
    slug: 'networks',
    title: { en: 'Networks and proxies', 'zh-cn': '网络与代理' },
    about: {
      en: 'Bridges, published ports, names, and the way out through a proxy.',
      'zh-cn': '网桥、发布端口、名称解析，以及经过代理的出口。',
    },
  },
  {
    number: 9,
    slug: 'namespaces',
    title: { en: 'Under the hood I: namespaces', 'zh-cn': '深入内部（一）：命名空间' },
    about: {
      en: 'Eight kinds of fence, each built by hand.',
      'zh-cn': '八种围栏，每一种都亲手搭一遍。',
    },
  },
  {
    number: 10,
    slug: 'cgroups',
    title: { en: 'Under the hood II: cgroups and runtimes', 'zh-cn': '深入内部（二）：cgroup与运行时' },
    about: {
      en: 'Limits that hold, and a container made without Docker.',
      'zh-cn': '真正管用的限制，以及不靠Docker造出的容器。',
    },
  },
  {
    number: 11,
    slug: 'history-and-standards',
    title: { en: 'History, standards and editions', 'zh-cn': '历史、标准与版本' },
    about: {
      en: 'Where it came from, who keeps the standards, which editions exist.',
      'zh-cn': '它从哪里来，标准由谁维护，有哪些版本。',
    },
  },
  {
    number: 12,
    slug: 'orchestration',
    title: { en: 'Orchestration, capstone, next steps', 'zh-cn': '编排、综合练习与下一步' },
    about: {
      en: 'Several containers as one application, several hosts as one machine.',
      'zh-cn': '多个容器合成一个应用，多台主机合成一台机器。',
    },
  },
] as const satisfies readonly {
  number: number;
  slug: string;
  title: Record<Locale, string>;
  about: Record<Locale, string>;
}[];

export type Chapter = (typeof chapters)[number];
export type ChapterSlug = Chapter['slug'];

export const chapterSlugs = chapters.map((chapter) => chapter.slug) as [ChapterSlug, ...ChapterSlug[]];

export function chapterOf(slug: string): Chapter {
  const chapter = chapters.find((one) => one.slug === slug);
  if (!chapter)
    throw new Error(`There is no chapter "${slug}". The chapters are: ${chapterSlugs.join(', ')}.`);
  return chapter;
}

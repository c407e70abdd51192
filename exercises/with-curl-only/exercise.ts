import { answer, lists, says } from '../../src/lab/answers.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';
import type { ManifestNode } from '../../src/lab/xray/registries.ts';

const repositories = (world: Inspection) => world.registries()[0]?.repositories ?? [];

const manifestsOf = (world: Inspection, name: string): ManifestNode[] =>
  repositories(world).find((repository) => repository.name === name)?.manifests ?? [];

const web = (world: Inspection): ManifestNode | undefined =>
  manifestsOf(world, 'shop/web').find(({ tags }) => tags.includes('2'));

const entries = (world: Inspection, role: string) =>
  web(world)?.entries.filter((entry) => entry.role === role) ?? [];

const MANIFEST = 'curl -s localhost:5000/v2/shop/web/manifests/2';

export default defineExercise({
  id: 'with-curl-only',
  title: { en: 'With curl only', 'zh-cn': '只用curl' },
  intro: {
    en: 'A registry listens at localhost:5000. None of its images is on this machine, and none needs to be: ask it over HTTP.',
    'zh-cn': '一台仓库服务器监听在localhost:5000。它的镜像都不在这台机器上，也不需要在：用HTTP问它就行。',
  },
  setup: [
    'docker run -d -p 5000:5000 --name reg registry:3',
    'docker pull -q alpine:3.22; docker pull -q nginx:alpine',
    "docker run --name till alpine:3.22 sh -c 'echo open > /till'; docker commit till localhost:5000/shop/till:1.1",
    'docker tag alpine:3.22 localhost:5000/shop/till:1.0; docker tag nginx:alpine localhost:5000/shop/web:2',
    'docker push -q -a localhost:5000/shop/till; docker push -q localhost:5000/shop/web:2',
    'docker rm till; docker rmi -f $(docker images -q localhost:5000/shop/till) nginx:alpine localhost:5000/shop/web:2',
  ],
  tasks: [
    {
      id: 'repositories',
      goal: {
        en: 'Write the names of all its repositories to the file repositories in your home directory, one a line.',
        'zh-cn': '把它所有仓库的名字写进主目录的文件repositories，一行一个。',
      },
      hints: [
        { en: 'Every path of the API begins with /v2/.', 'zh-cn': 'API的每个路径都以/v2/开头。' },
        {
          en: 'The list of repositories is called the catalog. jq -r takes the strings out of an array: .repositories[]',
          'zh-cn': '仓库的列表叫catalog。jq -r能把数组里的字符串取出来：.repositories[]',
        },
      ],
      checks: [
        lists(
          'repositories',
          (world) => repositories(world).map(({ name }) => name),
          {
            en: 'the file repositories names each repository of the registry, and nothing else',
            'zh-cn': '文件repositories写着每个仓库的名字，没有别的',
          },
          'curl -s localhost:5000/v2/_catalog',
        ),
      ],
    },
    {
      id: 'tags',
      goal: {
        en: 'Write the tags of shop/till to the file tags, one a line.',
        'zh-cn': '把shop/till的标签写进文件tags，一行一个。',
      },
      hints: [
        {
          en: 'The name of the repository is part of the path, with its slash.',
          'zh-cn': '仓库名是路径的一部分，连同其中的斜线。',
        },
        { en: '/v2/NAME/tags/list', 'zh-cn': '/v2/仓库名/tags/list' },
      ],
      checks: [
        lists(
          'tags',
          (world) => manifestsOf(world, 'shop/till').flatMap(({ tags }) => tags),
          { en: 'the file tags lists the tags of shop/till', 'zh-cn': '文件tags列出shop/till的标签' },
          'curl -s localhost:5000/v2/shop/till/tags/list',
        ),
      ],
    },
    {
      id: 'config',
      goal: {
        en: 'Write the digest of the configuration of shop/web:2 to the file config.',
        'zh-cn': '把shop/web:2的配置的摘要写进文件config。',
      },
      hints: [
        { en: 'The manifest says it.', 'zh-cn': '清单里写着。' },
        {
          en: '/v2/NAME/manifests/TAG gives the manifest; its member config is a descriptor with a digest.',
          'zh-cn': '/v2/仓库名/manifests/标签 给出清单；其中的config是一个描述符，里面有digest。',
        },
      ],
      checks: [
        says(
          'config',
          (world) => entries(world, 'config')[0]?.digest,
          {
            en: 'the file config says the digest of the configuration of shop/web:2, with sha256:',
            'zh-cn': '文件config写着shop/web:2的配置的摘要，带sha256:',
          },
          `${MANIFEST} | jq .config`,
        ),
      ],
    },
    {
      id: 'layers',
      goal: {
        en: 'Write to the file layers how many layers shop/web:2 has.',
        'zh-cn': '把shop/web:2有几层写进文件layers。',
      },
      hints: [
        { en: 'It is in the same manifest.', 'zh-cn': '就在同一份清单里。' },
        {
          en: 'jq counts what is in an array: .layers | length',
          'zh-cn': 'jq能数数组里有几个：.layers | length',
        },
      ],
      checks: [
        says(
          'layers',
          (world) => String(entries(world, 'layer').length),
          {
            en: 'the file layers says how many layers shop/web:2 has',
            'zh-cn': '文件layers写着shop/web:2有几层',
          },
          `${MANIFEST} | jq '.layers | length'`,
        ),
      ],
    },
  ],
  solution: [
    {
      task: 'repositories',
      commands: ["curl -s localhost:5000/v2/_catalog | jq -r '.repositories[]' > repositories"],
    },
    { task: 'tags', commands: ["curl -s localhost:5000/v2/shop/till/tags/list | jq -r '.tags[]' > tags"] },
    { task: 'config', commands: [`${MANIFEST} | jq -r .config.digest > config`] },
    { task: 'layers', commands: [`${MANIFEST} | jq '.layers | length' > layers`] },
  ],
  mistakes: [
    {
      id: 'the-web-site',
      task: 'repositories',
      commands: ['curl -s https://hub.docker.com/v2/_catalog > repositories'],
      explanation: {
        en: 'hub.docker.com is a web site, for people. The registry to ask is the one at localhost:5000.',
        'zh-cn': 'hub.docker.com是给人看的网站。要问的是localhost:5000上的这台仓库服务器。',
      },
      shown: (world) => world.file('/home/learner/repositories') === '',
    },
    {
      id: 'digest-of-the-manifest',
      task: 'config',
      commands: [
        "curl -sI localhost:5000/v2/shop/web/manifests/2 | grep -i docker-content-digest | cut -d' ' -f2 > config",
      ],
      explanation: {
        en: 'That is the digest of the manifest itself. The configuration is another document: the manifest names it.',
        'zh-cn': '那是清单自己的摘要。配置是另一份文档，清单里写着它的摘要。',
      },
      shown: (world) => {
        const written = answer(world, 'config');
        return written !== undefined && written === web(world)?.digest;
      },
    },
    {
      id: 'digest-of-a-layer',
      task: 'config',
      commands: [`${MANIFEST} | jq -r '.layers[0].digest' > config`],
      explanation: {
        en: 'That is a layer: files. The configuration is what docker inspect shows: the command, the variables, the list of layers.',
        'zh-cn': '那是一个层，里面是文件。配置是docker inspect显示的东西：命令、变量、层的列表。',
      },
      shown: (world) => {
        const written = answer(world, 'config');
        return entries(world, 'layer').some(({ digest }) => digest === written);
      },
    },
    {
      id: 'counted-the-configuration',
      task: 'layers',
      commands: [`${MANIFEST} | grep -o digest | wc -l > layers`],
      explanation: {
        en: 'The configuration has a digest too, and is no layer.',
        'zh-cn': '配置也有摘要，但它不是层。',
      },
      shown: (world) => Number(answer(world, 'layers')) === entries(world, 'layer').length + 1,
    },
  ],
});

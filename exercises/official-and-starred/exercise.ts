import { hubSearch } from '../../src/engine/images/search.ts';
import { matching, type SearchEntry } from '../../src/engine/registry/search.ts';
import { answerLines, lists } from '../../src/lab/answers.ts';
import { defineExercise } from '../../src/lab/exercise.ts';
import type { Inspection } from '../../src/lab/inspection.ts';

const found = (term: string, keep: (entry: SearchEntry) => boolean): string[] =>
  matching(hubSearch, term)
    .filter(keep)
    .map(({ name }) => name);

const OFFICIAL = found('web', ({ official, stars }) => official && stars >= 1000);
const OTHERS = found('nginx', ({ official }) => !official);

const header = (world: Inspection, name: string) =>
  answerLines(world, name).some((line) => /^NAME\s+DESCRIPTION/.test(line));

export default defineExercise({
  id: 'official-and-starred',
  title: { en: 'Official, and starred', 'zh-cn': '官方的，星多的' },
  intro: {
    en: 'Two lists are wanted from Docker Hub, for a script: names, and nothing else.',
    'zh-cn': '有个脚本需要从Docker Hub得到两份名单：只要名字，别的都不要。',
  },
  tasks: [
    {
      id: 'official',
      goal: {
        en: 'Search for web. Write the names of the official images that have at least 1000 stars to the file official in your home directory, one a line.',
        'zh-cn': '搜索web。把至少有1000颗星的官方镜像的名字写进主目录的文件official，一行一个。',
      },
      hints: [
        { en: 'The search filters by itself: -f.', 'zh-cn': '搜索自己就能过滤：-f。' },
        {
          en: 'There are two filters, is-official and stars, and --format says which columns to print.',
          'zh-cn': '有两个过滤条件：is-official和stars；--format决定打印哪些列。',
        },
      ],
      checks: [
        lists(
          'official',
          () => OFFICIAL,
          {
            en: 'the file official names the official images found with at least 1000 stars, one a line',
            'zh-cn': '文件official写着找到的、至少有1000颗星的官方镜像，一行一个名字',
          },
          'docker search -f is-official=true -f stars=1000 web',
        ),
      ],
    },
    {
      id: 'others',
      goal: {
        en: 'Search for nginx. Write the names of those that are not official to the file others.',
        'zh-cn': '搜索nginx。把不是官方的那些镜像的名字写进文件others。',
      },
      hints: [
        { en: 'A filter can be false as well.', 'zh-cn': '过滤条件也可以是false。' },
        { en: '-f is-official=false', 'zh-cn': '-f is-official=false' },
      ],
      checks: [
        lists(
          'others',
          () => OTHERS,
          {
            en: 'the file others names what the search for nginx finds besides the official image',
            'zh-cn': '文件others写着搜索nginx找到的、官方镜像以外的镜像',
          },
          'docker search -f is-official=false nginx',
        ),
      ],
    },
  ],
  solution: [
    {
      task: 'official',
      commands: ["docker search -f is-official=true -f stars=1000 --format '{{.Name}}' web > official"],
    },
    { task: 'others', commands: ["docker search -f is-official=false --format '{{.Name}}' nginx > others"] },
  ],
  mistakes: [
    {
      id: 'a-flag-of-old',
      task: 'official',
      commands: ['docker search -s 1000 web > official'],
      explanation: {
        en: 'The flags -s and --automated are gone since Docker 20.10. Conditions are written -f NAME=VALUE now.',
        'zh-cn': '从Docker 20.10起已经没有-s和--automated。现在条件写成 -f 名字=值。',
      },
      shown: (world) => world.file('/home/learner/official') === '',
    },
    {
      id: 'the-whole-table',
      task: 'official',
      commands: ['docker search -f is-official=true -f stars=1000 web > official'],
      explanation: {
        en: 'That is the table for people, with a heading. A script wants the names alone: --format.',
        'zh-cn': '那是给人看的表格，还带表头。脚本只要名字：用--format。',
      },
      shown: (world) => header(world, 'official') || header(world, 'others'),
    },
    {
      id: 'not-only-official',
      task: 'official',
      commands: ["docker search -f stars=1000 --format '{{.Name}}' web > official"],
      explanation: {
        en: 'Stars are given by anyone to anything. Whether an image is official is another condition.',
        'zh-cn': '谁都可以给任何镜像加星。是不是官方镜像，是另一个条件。',
      },
      shown: (world) => answerLines(world, 'official').some((name) => name.includes('/')),
    },
  ],
});

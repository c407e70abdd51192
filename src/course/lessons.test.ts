import { describe, expect, it } from 'vitest';
import type { LessonData } from './lesson-schema.ts';
import { pairAnchors, pairLessons } from './lessons.ts';

const entry = (id: string, data: Partial<LessonData> = {}) => ({
  id,
  data: { lesson: 'L4.1', chapter: 'running-containers', order: 1, ...data } as LessonData,
});

describe('lessons', () => {
  it('are one in all their languages, in reading order', () => {
    const lessons = pairLessons([
      entry('en/running-containers/two', { order: 2 }),
      entry('zh-cn/running-containers/one'),
      entry('en/running-containers/one'),
      entry('en/images/first', { chapter: 'images' }),
    ]);
    expect(lessons.map((lesson) => lesson.path)).toEqual([
      'running-containers/one',
      'running-containers/two',
      'images/first',
    ]);
    expect(lessons[0]?.for('zh-cn').entry.id).toBe('zh-cn/running-containers/one');
    expect(lessons[1]?.for('zh-cn').locale).toBe('en');
  });

  it('are in step in both languages', () => {
    const both = [
      entry('en/running-containers/one', { minutes: 10 }),
      entry('zh-cn/running-containers/one', { minutes: 12 }),
    ];
    expect(() => pairLessons(both)).toThrow('content/zh-cn/running-containers/one.mdx: minutes is 12');
  });

  it('lie in the folder of their chapter', () => {
    expect(() => pairLessons([entry('en/images/one')])).toThrow('content/en/images/one.mdx: chapter');
  });

  it('have the same headings in both languages', () => {
    const english = { id: 'en/a/b', headings: [{ depth: 2, slug: 'parts' }] };
    expect(pairAnchors(english, { id: 'zh-cn/a/b', headings: [{ depth: 2, slug: '部分' }] })).toEqual({
      parts: '部分',
    });
    expect(() => pairAnchors(english, { id: 'zh-cn/a/b', headings: [] })).toThrow('content/zh-cn/a/b.mdx');
  });
});

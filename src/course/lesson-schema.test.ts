import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lessonSchema } from './lesson-schema.ts';

const whole = {
  title: 'Anatomy of docker run',
  description: 'What the parts of a docker run line are, and who reads them.',
  lesson: 'L4.1',
  chapter: 'running-containers',
  order: 1,
  minutes: 14,
  objectives: ['name the parts of a line'],
  exercises: ['web-in-the-background'],
};
const schema = lessonSchema({ exercises: ['web-in-the-background'] });
const complaint = (data: unknown) => {
  const read = schema.safeParse(data);
  return read.success ? '' : z.prettifyError(read.error);
};

describe('the head of a lesson', () => {
  it('is read', () => {
    expect(complaint(whole)).toBe('');
  });

  for (const field of ['title', 'description', 'lesson', 'chapter', 'order', 'minutes', 'objectives']) {
    it(`is refused by name without ${field}`, () => {
      expect(complaint({ ...whole, [field]: undefined })).toContain(`→ at ${field}`);
    });
  }

  it('is refused with an exercise that does not exist, which it names with those that do', () => {
    const said = complaint({ ...whole, exercises: ['web-in-the-background', 'no-such'] });
    expect(said).toContain('unknown exercise "no-such"');
    expect(said).toContain('web-in-the-background');
    expect(said).toContain('→ at exercises[1]');
  });

  it('is refused with a field that it does not know', () => {
    expect(complaint({ ...whole, excercises: [] })).toContain('excercises');
  });

  it('says of each field what it is for', () => {
    for (const [name, field] of Object.entries(schema.shape)) {
      expect(field.description, name).toMatch(/\w{3,}.*\./);
    }
  });
});

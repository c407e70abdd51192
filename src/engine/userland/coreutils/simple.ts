import type { Utility } from '../utility.ts';

/** true(1) and false(1) take no notice of anything. */
export const trueUtility: Utility = {
  name: 'true',
  usage: '',
  summary: 'Exit with a status code indicating success.',
  run: async () => 0,
};

export const falseUtility: Utility = {
  name: 'false',
  usage: '',
  summary: 'Exit with a status code indicating failure.',
  run: async () => 1,
};

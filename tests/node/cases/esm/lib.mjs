import counter, { next } from './counter.cjs';

export default 'default';
export const named = [counter.count, next()];

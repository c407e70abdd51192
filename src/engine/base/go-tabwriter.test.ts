import { expect, test } from 'vitest';
import { alignColumns } from './go-tabwriter.ts';

test('a table is aligned on its widest cells; the last cell is free', () => {
  expect(alignColumns('ID\tNAME\n1\tx\n123456789012\ty\n', 10, 3)).toBe(
    'ID             NAME\n1              x\n123456789012   y\n',
  );
});

test('columns count wide characters twice', () => {
  expect(alignColumns('镜像镜像镜像\tx\nab\ty\n', 10, 3)).toBe('镜像镜像镜像   x\nab             y\n');
});

test('what no tab ends is not padded, even where other lines have a tab there', () => {
  expect(alignColumns('PID\tSTATUS\t\n1\tRUNNING\n', 0, 4)).toBe('PID    STATUS    \n1      RUNNING\n');
});

import { expect, test } from 'vitest';
import type { ContainerModel, ImageModel, LayerModel } from '../../engine/daemon/model.ts';
import { imagesView, movedTags } from './images.ts';

const layer = (chainId: string, size: number): LayerModel => ({
  chainId,
  diffId: `diff ${chainId}`,
  size,
  directory: `/var/lib/docker/overlay2/${chainId}/diff`,
});
const image = (id: string, references: string[], layers: LayerModel[]): ImageModel => ({
  id,
  references,
  size: layers.reduce((sum, { size }) => sum + size, 0),
  layers,
  config: { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } },
});
const container = (name: string, imageId: string) => ({ name, imageId, status: 'running' }) as ContainerModel;

const base = layer('base', 100);

test('names that move and names that do not, layers shared and a machine’s whole weight', () => {
  const view = imagesView(
    [
      image('sha256:a', ['app:1', 'app:latest', 'app@sha256:d1'], [base, layer('app', 7)]),
      image('sha256:b', ['base:1'], [base]),
      image('sha256:c', [], [layer('alone', 30)]),
    ],
    [container('web', 'sha256:a'), container('old', 'sha256:c')],
  );
  expect(view.size).toBe(137);
  expect(view.images).toMatchObject([
    {
      tags: ['app:1', 'app:latest'],
      digests: ['app@sha256:d1'],
      size: 107,
      own: 7,
      layers: [{ images: 2 }, { images: 1 }],
      containers: [{ name: 'web' }],
    },
    { tags: ['base:1'], size: 100, own: 0, containers: [] },
    { tags: [], own: 30, containers: [{ name: 'old' }] },
  ]);
});

test('a tag that leads elsewhere than before has moved; a new one and one that is gone have not', () => {
  const before = imagesView([image('sha256:a', ['app:1', 'gone:1'], [base])], []);
  const after = imagesView(
    [image('sha256:a', [], [base]), image('sha256:b', ['app:1', 'new:1'], [base])],
    [],
  );
  expect(movedTags(before, after)).toEqual(new Map([['app:1', 'sha256:a']]));
});

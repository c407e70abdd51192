import type { ContainerModel, ImageModel } from '../../engine/daemon/model.ts';

/** An image with all that leads to it and all that stands on it. */
export interface ImageNode {
  /** The digest of its configuration. */
  id: string;
  /** Names that may be moved to another image: `alpine:3.22`. */
  tags: string[];
  /** Names that cannot: `alpine@sha256:…`, under which a registry gave or took it. */
  digests: string[];
  /** Bytes of its layers, and of those that no other image here has. */
  size: number;
  own: number;
  /** Lowest first. */
  layers: LayerNode[];
  /** Oldest first. */
  containers: { name: string; status: ContainerModel['status'] }[];
}

export interface LayerNode {
  chainId: string;
  size: number;
  createdBy?: string;
  /** How many images here stand on it. */
  images: number;
}

export interface ImagesView {
  images: ImageNode[];
  /** Bytes that the layers take, each counted once. */
  size: number;
}

/** The images of a machine: names, the images that they lead to, the layers that images share, the containers made of them. */
export function imagesView(images: readonly ImageModel[], containers: readonly ContainerModel[]): ImagesView {
  const sharers = new Map<string, number>();
  const sizes = new Map<string, number>();
  for (const { chainId, size } of images.flatMap(({ layers }) => layers)) {
    sharers.set(chainId, (sharers.get(chainId) ?? 0) + 1);
    sizes.set(chainId, size);
  }
  const nodes = images.map(({ id, references, size, layers }): ImageNode => {
    const nodesOf = layers.map(
      ({ chainId, size: weight, createdBy }): LayerNode => ({
        chainId,
        size: weight,
        images: sharers.get(chainId) ?? 1,
        ...(createdBy === undefined ? {} : { createdBy }),
      }),
    );
    return {
      id,
      tags: references.filter((name) => !name.includes('@')),
      digests: references.filter((name) => name.includes('@')),
      size,
      own: nodesOf.reduce((sum, layer) => sum + (layer.images === 1 ? layer.size : 0), 0),
      layers: nodesOf,
      containers: containers
        .filter(({ imageId }) => imageId === id)
        .map(({ name, status }) => ({ name, status })),
    };
  });
  return { images: nodes, size: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
}

/** Where each tag that has moved between two looks led before. */
export function movedTags(before: ImagesView, after: ImagesView): Map<string, string> {
  const earlier = new Map(before.images.flatMap(({ id, tags }) => tags.map((tag) => [tag, id] as const)));
  const moved = new Map<string, string>();
  for (const { id, tags } of after.images)
    for (const tag of tags) {
      const was = earlier.get(tag);
      if (was !== undefined && was !== id) moved.set(tag, was);
    }
  return moved;
}

import type { ImageModel } from '../engine/daemon/model.ts';
import type { Check, Localised } from './check.ts';
import type { Inspection } from './inspection.ts';

/** Checks on images and their names that exercises share. */

/** The image that a name leads to, written in full, as `docker images` shows it: `alpine:3.22`. */
export const imageNamed = (world: Inspection, name: string): ImageModel | undefined =>
  world.images().find(({ references }) => references.includes(name));

/** The tags of an image, without the digests under which it was pulled. */
export const tagsOf = ({ references }: ImageModel): string[] =>
  references.filter((reference) => !reference.includes('@'));

/** Every tag of a repository. */
export const tagsIn = (world: Inspection, repository: string): string[] =>
  world
    .images()
    .flatMap(tagsOf)
    .filter((tag) => tag.startsWith(`${repository}:`));

export const shortImageId = (id: string): string => id.replace('sha256:', '').slice(0, 12);

const none: Localised = { en: 'none', 'zh-cn': '没有' };

/** There is an image of that name. */
export const named =
  (name: string): Check =>
  (world) => {
    const image = imageNamed(world, name);
    return {
      passed: image !== undefined,
      expected: { en: `an image named ${name}`, 'zh-cn': `有一个名为${name}的镜像` },
      found: image
        ? { en: `${name} is ${shortImageId(image.id)}`, 'zh-cn': `${name}是${shortImageId(image.id)}` }
        : { en: `no image named ${name}`, 'zh-cn': `没有名为${name}的镜像` },
      look: 'docker images',
    };
  };

/** A repository has no tags. */
export const noTagsIn =
  (repository: string): Check =>
  (world) => {
    const left = tagsIn(world, repository);
    return {
      passed: left.length === 0,
      expected: { en: `no tag in the repository ${repository}`, 'zh-cn': `仓库${repository}里没有标签` },
      found: left.length === 0 ? none : { en: left.join(', '), 'zh-cn': left.join('、') },
      look: `docker images ${repository}`,
    };
  };

/** No image is without a tag. */
export const noneDangling: Check = (world) => {
  const dangling = world.images().filter((image) => tagsOf(image).length === 0);
  const ids = dangling.map(({ id }) => shortImageId(id));
  return {
    passed: dangling.length === 0,
    expected: { en: 'no image without a tag', 'zh-cn': '没有不带标签的镜像' },
    found: dangling.length === 0 ? none : { en: ids.join(', '), 'zh-cn': ids.join('、') },
    look: 'docker images -f dangling=true',
  };
};

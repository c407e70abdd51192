export { default as ByHand } from './ByHand.astro';
export { default as CgroupTree } from './CgroupTree.astro';
export { default as Journey } from './Journey.astro';
export { default as NestedPids } from './NestedPids.astro';
export { default as Pillars } from './Pillars.astro';
export { default as RunLine } from './RunLine.astro';
export { default as SharedMemory } from './SharedMemory.astro';
export { default as UidMap } from './UidMap.astro';

export { default as RunLine } from './RunLine.astro';

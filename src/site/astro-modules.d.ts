// For the plain type check, which does not read `.astro` files; `astro check` does, and knows their properties.
declare module '*.astro' {
  const component: import('astro/runtime/server/index.js').AstroComponentFactory;
  export default component;
}

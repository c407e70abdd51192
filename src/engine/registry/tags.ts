import { RegistryError } from './errors.ts';
import { page } from './page.ts';
import { NAME } from './path.ts';
import { json, type Route } from './route.ts';

/** `/v2/NAME/tags/list`: the tags of a repository, sorted. */
export const tagsRoute: Route = {
  pattern: new RegExp(`^/v2/${NAME}/tags/list$`),
  methods: {
    GET: {
      needs: ['pull'],
      async serve(context) {
        const tags = await context.store.tags(context.name);
        if (tags === undefined) throw new RegistryError('NAME_UNKNOWN', { name: context.name });
        if (context.tagOrder === 'stored') return json({ name: context.name, tags });
        const { items, headers } = page(context, tags.sort());
        return json({ name: context.name, tags: items }, headers);
      },
    },
  },
};

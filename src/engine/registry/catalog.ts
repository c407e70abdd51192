import { page } from './page.ts';
import { json, type Route } from './route.ts';

/** How many repositories a page holds at most. */
const MOST = 1000;

/** `/v2/_catalog`: the repositories of the registry, sorted (distribution's own addition to the API). */
export const catalogRoute: Route = {
  pattern: /^\/v2\/_catalog$/,
  methods: {
    GET: {
      needs: ['*'],
      async serve(context) {
        const { items, headers } = page(context, await context.store.repositories(), MOST);
        return json({ repositories: items }, headers);
      },
    },
  },
};

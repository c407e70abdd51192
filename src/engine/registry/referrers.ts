import { OCI } from '../oci/media-type.ts';
import { checkedDigest } from './blob.ts';
import { DIGEST, NAME } from './path.ts';
import type { Route } from './route.ts';

/** `/v2/NAME/referrers/DIGEST`: what was attached to an image, such as signatures (distribution-spec 1.1, "Listing Referrers"). */
export const referrersRoute: Route = {
  pattern: new RegExp(`^/v2/${NAME}/referrers/${DIGEST}$`),
  methods: {
    GET: {
      needs: ['pull'],
      async serve({ store, name, reference, query }) {
        const wanted = query.get('artifactType');
        const all = await store.referrers(name, checkedDigest(reference));
        const manifests = wanted === null ? all : all.filter(({ artifactType }) => artifactType === wanted);
        const headers: [string, string][] = [['Content-Type', OCI.index]];
        if (wanted !== null) headers.push(['OCI-Filters-Applied', 'artifactType']);
        return {
          status: 200,
          headers,
          body: JSON.stringify({ schemaVersion: 2, mediaType: OCI.index, manifests }),
        };
      },
    },
  },
};

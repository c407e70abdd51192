import { CA_CERTIFICATES } from '../authority.ts';
import type { Recipe } from '../recipe.ts';
import { program, weighing } from '../tree.ts';

const BUILDKIT = 'buildkit.dockerfile.v0';

/** One static binary with the time zones and certificates that Go programs look for; no shell. */
const whoami = (version: string, tags: readonly string[], created: string): Recipe => ({
  repository: 'traefik/whoami',
  tags,
  created,
  steps: [
    {
      createdBy: 'COPY /usr/share/zoneinfo /usr/share/zoneinfo # buildkit',
      comment: BUILDKIT,
      files: weighing(1_340_000, 'usr/share/zoneinfo/tzdata.zi', {}),
    },
    {
      createdBy: 'COPY /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ # buildkit',
      comment: BUILDKIT,
      files: CA_CERTIFICATES,
    },
    {
      createdBy: 'COPY /go/whoami/whoami . # buildkit',
      comment: BUILDKIT,
      files: { whoami: program(`whoami/whoami@${version}`, 5_050_000) },
    },
    { createdBy: 'ENTRYPOINT ["/whoami"]', comment: BUILDKIT },
    { createdBy: 'EXPOSE map[80/tcp:{}]', comment: BUILDKIT },
  ],
  config: {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    Entrypoint: ['/whoami'],
    ExposedPorts: { '80/tcp': {} },
    WorkingDir: '/',
  },
});

export const whoamiRecipes: readonly Recipe[] = [
  whoami('1.11.0', ['latest', 'v1.11', 'v1.11.0'], '2025-04-22T08:19:01Z'),
  whoami('1.10.4', ['v1.10', 'v1.10.4'], '2025-04-08T09:27:40Z'),
];

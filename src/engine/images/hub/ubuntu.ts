import { debianBase } from '../debian/base.ts';
import { noble } from '../debian/releases.ts';
import type { Recipe } from '../recipe.ts';
import { directory, weighing } from '../tree.ts';

/** bash and the GNU utilities, ps too; no ping, no curl, no editor. */
export const ubuntu2404: Recipe = {
  repository: 'library/ubuntu',
  tags: ['latest', '24.04', 'noble'],
  created: '2026-10-13T17:11:35Z',
  steps: [
    { createdBy: '/bin/sh -c #(nop)  ARG RELEASE' },
    { createdBy: '/bin/sh -c #(nop)  ARG LAUNCHPAD_BUILD_ARCH' },
    { createdBy: '/bin/sh -c #(nop)  LABEL org.opencontainers.image.ref.name=ubuntu' },
    { createdBy: '/bin/sh -c #(nop)  LABEL org.opencontainers.image.version=24.04' },
    {
      createdBy:
        '/bin/sh -c #(nop) ADD file:7ec9b3cf2a3a7d2ef9b7a3f1a1d6b0f9b6a0f4d4a1de08bbeb6c2dfb1ad3c0e5 in / ',
      files: (architecture) =>
        weighing(78_118_240, 'usr/share/ubuntu-minimal.data', {
          ...debianBase(noble, architecture, ['procps']),
          'etc/lsb-release':
            'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\nDISTRIB_CODENAME=noble\nDISTRIB_DESCRIPTION="Ubuntu 24.04.3 LTS"\n',
          'etc/legal': '\nThis is a simulated Ubuntu system.\n\n',
          'home/ubuntu': directory(0o750, 1000, 1000),
        }),
    },
    { createdBy: '/bin/sh -c #(nop)  CMD ["/bin/bash"]' },
  ],
  config: {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    Cmd: ['/bin/bash'],
    Labels: { 'org.opencontainers.image.ref.name': 'ubuntu', 'org.opencontainers.image.version': '24.04' },
  },
};

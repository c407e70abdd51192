import type { RedHat } from './base.ts';

interface About {
  NAME: string;
  VERSION: string;
  ID: string;
  ID_LIKE?: string;
  VERSION_ID: string;
  PRETTY_NAME: string;
  HOME_URL: string;
}

const osRelease = (about: About): string =>
  Object.entries(about)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('');

export const centos7: RedHat = {
  id: 'centos',
  release: 'CentOS Linux release 7.9.2009 (Core)',
  manager: 'yum',
  more: ['procps', 'iputils-ping', 'vim', 'less', 'tar', 'diffutils', 'hostname'],
  osRelease: osRelease({
    NAME: 'CentOS Linux',
    VERSION: '7 (Core)',
    ID: 'centos',
    ID_LIKE: 'rhel fedora',
    VERSION_ID: '7',
    PRETTY_NAME: 'CentOS Linux 7 (Core)',
    HOME_URL: 'https://www.centos.org/',
  }),
};

export const centos8: RedHat = {
  id: 'centos',
  release: 'CentOS Linux release 8.4.2105',
  manager: 'dnf',
  more: ['procps', 'iputils-ping', 'iproute2', 'vim', 'less', 'tar', 'diffutils', 'hostname'],
  osRelease: osRelease({
    NAME: 'CentOS Linux',
    VERSION: '8',
    ID: 'centos',
    ID_LIKE: 'rhel fedora',
    VERSION_ID: '8',
    PRETTY_NAME: 'CentOS Linux 8',
    HOME_URL: 'https://centos.org/',
  }),
};

export const rocky9: RedHat = {
  id: 'rocky',
  release: 'Rocky Linux release 9.3 (Blue Onyx)',
  manager: 'dnf',
  more: ['vim', 'less', 'tar', 'diffutils', 'hostname'],
  osRelease: osRelease({
    NAME: 'Rocky Linux',
    VERSION: '9.3 (Blue Onyx)',
    ID: 'rocky',
    ID_LIKE: 'rhel centos fedora',
    VERSION_ID: '9.3',
    PRETTY_NAME: 'Rocky Linux 9.3 (Blue Onyx)',
    HOME_URL: 'https://rockylinux.org/',
  }),
};

const fedora = (version: string): RedHat => ({
  id: 'fedora',
  release: `Fedora release ${version}`,
  manager: 'dnf',
  more: ['vim', 'less', 'tar', 'diffutils', 'hostname'],
  osRelease: osRelease({
    NAME: 'Fedora Linux',
    VERSION: `${version} (Container Image)`,
    ID: 'fedora',
    VERSION_ID: version,
    PRETTY_NAME: `Fedora Linux ${version} (Container Image)`,
    HOME_URL: 'https://fedoraproject.org/',
  }),
});

export const fedora42 = fedora('42');
export const fedora43 = fedora('43');

/** The slim one, on which the images of MySQL are built. */
export const oracle9: RedHat = {
  id: 'ol',
  release: 'Red Hat Enterprise Linux release 9.6 (Plow)',
  manager: 'microdnf',
  osRelease: osRelease({
    NAME: 'Oracle Linux Server',
    VERSION: '9.6',
    ID: 'ol',
    ID_LIKE: 'fedora',
    VERSION_ID: '9.6',
    PRETTY_NAME: 'Oracle Linux Server 9.6',
    HOME_URL: 'https://linux.oracle.com/',
  }),
};

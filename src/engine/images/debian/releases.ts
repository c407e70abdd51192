import type { Release } from './base.ts';

const debian = (version: string, codename: string, point: string): Release => ({
  id: 'debian',
  debianVersion: point,
  issue: `Debian GNU/Linux ${version}`,
  osRelease: `PRETTY_NAME="Debian GNU/Linux ${version} (${codename})"
NAME="Debian GNU/Linux"
VERSION_ID="${version}"
VERSION="${version} (${codename})"
VERSION_CODENAME=${codename}
DEBIAN_VERSION_FULL=${point}
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
});

export const bookworm = debian('12', 'bookworm', '12.12');

export const trixie = debian('13', 'trixie', '13.2');

export const noble: Release = {
  id: 'ubuntu',
  debianVersion: 'trixie/sid',
  issue: 'Ubuntu 24.04.3 LTS',
  osRelease: `PRETTY_NAME="Ubuntu 24.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.3 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=noble
LOGO=ubuntu-logo
`,
  passwd: 'ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash\n',
  group: 'ubuntu:x:1000:\n',
};

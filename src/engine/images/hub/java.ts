import { cmd, copy, entrypoint, env, image, run } from '../dockerfile.ts';
import { aptInstall } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { program, script, type Tree, weighing } from '../tree.ts';
import { bullseyeDeps } from './buildpack-deps.ts';
import { debianBullseyeSlim } from './debian.ts';
import { ubuntu2404 } from './ubuntu.ts';

const SYSTEM = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The programs of a Java home; a runtime has no compiler. */
function java(home: string, version: string, what: 'jdk' | 'jre', total: number): Tree {
  const names =
    what === 'jre' ? ['java'] : ['java', 'javac', ...(version.startsWith('1.8') ? [] : ['jshell'])];
  const at = home.slice(1);
  return weighing(total, `${at}/lib/modules`, {
    [`${at}/release`]: `JAVA_VERSION="${version.replace(/[+].*$/, '')}"\n`,
    ...Object.fromEntries(
      names.map((name) => [`${at}/bin/${name}`, program(`languages/${name}@${version}`, 12_400)]),
    ),
  });
}

interface OpenJdk {
  tags: readonly string[];
  from: Recipe;
  version: string;
  /** As the environment has it. */
  named: string;
  major: number;
  created: string;
  total: number;
}

/** Of OpenJDK itself, no longer kept since 2022: eclipse-temurin took its place. */
function openjdk({ tags, from, version, named, major, created, total }: OpenJdk): Recipe {
  const home = `/usr/local/openjdk-${major}`;
  return image({
    repository: 'library/openjdk',
    tags,
    created,
    from,
    builder: 'classic',
    dockerVersion: '20.10.12',
    lines: [
      aptInstall('ca-certificates p11-kit', { total: 4_900_000 }),
      env('JAVA_HOME', home),
      env('PATH', `${home}/bin:${SYSTEM}`),
      env('LANG', 'C.UTF-8'),
      env('JAVA_VERSION', named),
      run(
        'set -eux;  arch="$(dpkg --print-architecture)";  wget --progress=dot:giga -O openjdk.tgz "$downloadUrl";  mkdir -p "$JAVA_HOME";  tar --extract   --file openjdk.tgz   --directory "$JAVA_HOME"   --strip-components 1   --no-same-owner  ;  java -version',
        () => java(home, version, 'jdk', total),
      ),
      ...(major > 8 ? [cmd('jshell')] : []),
    ],
  });
}

/** Trusts the certificates that are mounted into /certificates when asked to, then runs the command. */
const CACERTS = `#!/usr/bin/env bash
set -e
if [ -n "$USE_SYSTEM_CA_CERTS" ]; then
  echo "certificates are not simulated: USE_SYSTEM_CA_CERTS changes nothing" >&2
fi
exec "$@"
`;

function temurin(major: number, version: string, what: 'jdk' | 'jre', latest: boolean): Recipe {
  const home = '/opt/java/openjdk';
  return image({
    repository: 'library/eclipse-temurin',
    tags: [
      ...(latest ? ['latest'] : []),
      ...(what === 'jdk' ? [String(major)] : []),
      `${major}-${what}`,
      `${major}-${what}-noble`,
    ],
    created: '2026-11-05T01:12:40Z',
    from: ubuntu2404,
    lines: [
      env('JAVA_HOME', home),
      env('PATH', `${home}/bin:${SYSTEM}`),
      env('LANG', 'en_US.UTF-8'),
      env('LANGUAGE', 'en_US:en'),
      env('LC_ALL', 'en_US.UTF-8'),
      aptInstall('ca-certificates curl fontconfig locales p11-kit tzdata wget', {
        total: 46_700_000,
        packages: ['curl', 'wget'],
      }),
      env('JAVA_VERSION', `jdk-${version}`),
      run(
        'set -eux;     ARCH="$(dpkg --print-architecture)";     wget --progress=dot:giga -O /tmp/openjdk.tar.gz ${BINARY_URL};     mkdir -p "$JAVA_HOME";     tar --extract         --file /tmp/openjdk.tar.gz         --directory "$JAVA_HOME"         --strip-components 1         --no-same-owner     ;     rm -f /tmp/openjdk.tar.gz',
        () => java(home, version, what, what === 'jdk' ? 331_000_000 : 147_000_000),
      ),
      run('set -eux;     echo "Verifying install ...";     java --version;     echo "Complete."', {}),
      copy('entrypoint.sh', '/__cacert_entrypoint.sh', { '__cacert_entrypoint.sh': script(CACERTS) }),
      entrypoint('/__cacert_entrypoint.sh'),
      ...(what === 'jdk' ? [cmd('jshell')] : []),
    ],
  });
}

export const javaRecipes: readonly Recipe[] = [
  openjdk({
    tags: ['8', '8-jdk', '8u342'],
    from: bullseyeDeps.scm,
    version: '1.8.0_342-b07',
    named: '8u342',
    major: 8,
    created: '2022-08-02T09:12:21Z',
    total: 205_000_000,
  }),
  openjdk({
    tags: ['11', '11-jdk', '11.0.16'],
    from: bullseyeDeps.scm,
    version: '11.0.16+8',
    named: '11.0.16',
    major: 11,
    created: '2022-08-02T08:58:10Z',
    total: 330_000_000,
  }),
  openjdk({
    tags: ['17-slim', '17-jdk-slim', '17-slim-bullseye'],
    from: debianBullseyeSlim,
    version: '17.0.2+8-86',
    named: '17.0.2',
    major: 17,
    created: '2022-05-28T01:15:07Z',
    total: 322_000_000,
  }),
  temurin(25, '25.0.1+8', 'jdk', true),
  temurin(25, '25.0.1+8', 'jre', false),
  temurin(21, '21.0.9+10', 'jdk', false),
  temurin(21, '21.0.9+10', 'jre', false),
  temurin(17, '17.0.17+10', 'jdk', false),
  temurin(17, '17.0.17+10', 'jre', false),
];

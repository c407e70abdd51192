/**
 * Where a command does not do what the real one does. A test gives each flag that is called not modelled to the simulated docker, and
 * sees it refused.
 */

/** What is simplified, and how; the site has words for each. */
export type Simplification =
  | 'disksTakeNoTime'
  | 'jsonFileOnly'
  | 'noAppArmor'
  | 'noUserNamespaces'
  | 'localVolumes'
  | 'mountKinds'
  | 'noTrust'
  | 'noIpv6'
  | 'bridgeOnly'
  | 'oneSubnet'
  | 'inspectKinds'
  | 'noTls'
  | 'noProvenance'
  | 'noFrontends'
  | 'oneBuilder'
  | 'noDefinitions'
  | 'noCacheFolders'
  | 'linesOnly'
  | 'noWebLogin'
  | 'swarmless'
  | 'noHelpers'
  | 'noSctp'
  | 'noStoredCredentials'
  | 'hostOnly'
  | 'somePsOptions';

export interface Departures {
  /** Flags that are refused. */
  absent?: readonly string[];
  /** By flag; of the command as a whole under the empty name. */
  simplified?: Readonly<Record<string, Simplification>>;
}

const CREATE: Departures = {
  absent: ['oom-kill-disable', 'cpu-rt-period', 'cpu-rt-runtime'],
  simplified: {
    'blkio-weight': 'disksTakeNoTime',
    'blkio-weight-device': 'disksTakeNoTime',
    'device-read-bps': 'disksTakeNoTime',
    'device-read-iops': 'disksTakeNoTime',
    'device-write-bps': 'disksTakeNoTime',
    'device-write-iops': 'disksTakeNoTime',
    'disable-content-trust': 'noTrust',
    ip6: 'noIpv6',
    'link-local-ip': 'noIpv6',
    'log-driver': 'jsonFileOnly',
    'log-opt': 'jsonFileOnly',
    mount: 'mountKinds',
    publish: 'noSctp',
    'security-opt': 'noAppArmor',
    sysctl: 'noIpv6',
    'use-api-socket': 'noStoredCredentials',
    userns: 'noUserNamespaces',
    uts: 'hostOnly',
    'volume-driver': 'localVolumes',
  },
};

const BUILD: Departures = {
  absent: ['allow', 'annotation', 'attest', 'sbom', 'ssh'],
  simplified: {
    '': 'noFrontends',
    'cache-from': 'noCacheFolders',
    call: 'noDefinitions',
    provenance: 'noProvenance',
  },
};

const TRUST: Departures = { simplified: { 'disable-content-trust': 'noTrust' } };

/** By the command's name, `docker run`, or `docker network create`. */
export const DEPARTURES: Readonly<Record<string, Departures>> = {
  docker: {
    simplified: {
      tls: 'noTls',
      tlscacert: 'noTls',
      tlscert: 'noTls',
      tlskey: 'noTls',
      tlsverify: 'noTls',
      config: 'noHelpers',
    },
  },
  'docker build': BUILD,
  'docker image build': BUILD,
  'docker builder build': BUILD,
  'docker buildx build': BUILD,
  'docker buildx create': { simplified: { '': 'oneBuilder' } },
  'docker buildx history inspect': { simplified: { '': 'noProvenance' } },
  'docker buildx history inspect attachment': { simplified: { '': 'noProvenance' } },
  'docker buildx history logs': { simplified: { progress: 'linesOnly' } },
  'docker buildx history ls': { absent: ['local'] },
  'docker run': CREATE,
  'docker create': CREATE,
  'docker container run': CREATE,
  'docker container create': CREATE,
  'docker update': {
    absent: ['cpu-rt-period', 'cpu-rt-runtime'],
    simplified: { 'blkio-weight': 'disksTakeNoTime' },
  },
  'docker container update': {
    absent: ['cpu-rt-period', 'cpu-rt-runtime'],
    simplified: { 'blkio-weight': 'disksTakeNoTime' },
  },
  'docker inspect': { simplified: { type: 'inspectKinds' } },
  'docker login': { simplified: { '': 'noWebLogin' } },
  'docker pull': TRUST,
  'docker image pull': TRUST,
  'docker push': TRUST,
  'docker image push': TRUST,
  'docker network create': {
    absent: ['ipv6'],
    simplified: {
      driver: 'bridgeOnly',
      ingress: 'swarmless',
      'ipam-driver': 'bridgeOnly',
      ipv4: 'noIpv6',
      scope: 'bridgeOnly',
      subnet: 'oneSubnet',
    },
  },
  'docker network connect': { simplified: { ip6: 'noIpv6', 'link-local-ip': 'noIpv6' } },
  'docker context create': { simplified: { docker: 'noTls' } },
  'docker context update': { simplified: { docker: 'noTls' } },
  'docker top': { simplified: { '': 'somePsOptions' } },
  'docker container top': { simplified: { '': 'somePsOptions' } },
  'docker trust inspect': { simplified: { '': 'noTrust' } },
  'docker volume create': { simplified: { driver: 'localVolumes' } },
};

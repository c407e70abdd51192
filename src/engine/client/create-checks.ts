/** What the flags of run and create refuse at once, beyond their type. Models docker/cli `opts`. */

import { ramInBytes } from '../base/go-units.ts';
import { isAddress } from '../base/port-spec.ts';
import type { FlagCheck } from './flags/spec.ts';

const attach: FlagCheck = (value) => {
  const stream = value.toLowerCase();
  if (stream !== 'stdin' && stream !== 'stdout' && stream !== 'stderr')
    throw new Error('valid streams are STDIN, STDOUT and STDERR');
  return stream;
};

const env: FlagCheck = (value) => {
  if (value === '' || value.startsWith('=')) throw new Error(`invalid environment variable: ${value}`);
  return value;
};

const label: FlagCheck = (value) => {
  const name = value.split('=', 1)[0]!.replace(/^[\s]+/, '');
  if (name === '') throw new Error(`invalid label '${value}': empty name`);
  if (/\s/.test(name)) throw new Error(`label '${name}' contains whitespaces`);
  return value;
};

const extraHost: FlagCheck = (value) => {
  const cut = /^([^=:]*)(=|:)(.*)$/s.exec(value);
  if (cut === null || cut[1] === '') throw new Error(`bad format for add-host: ${JSON.stringify(value)}`);
  const bare = cut[3]!.replace(/^\[(.*)\]$/, '$1');
  if (bare === 'host-gateway') return `${cut[1]}:${bare}`;
  if (!isAddress(bare)) throw new Error(`invalid IP address in add-host: ${JSON.stringify(cut[3])}`);
  return `${cut[1]}:${bare}`;
};

const ipAddress: FlagCheck = (value) => {
  const text = value.trim();
  if (!isAddress(text)) throw new Error(`IP address is not correctly formatted: ${text}`);
  return text;
};

const dnsSearch: FlagCheck = (value) => {
  const text = value.trim();
  if (text === '.') return text;
  if (
    !/^(:?(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))(:?\.(:?[a-zA-Z0-9]|(:?[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])))*)\.?\s*$/.test(
      text,
    ) ||
    !/[a-zA-Z]/.test(text)
  )
    throw new Error(`${text} is not a valid domain`);
  return text;
};

const link: FlagCheck = (value) => {
  if (value === '') throw new Error('empty string specified for links');
  if (value.split(':').length > 2) throw new Error(`bad format for links: ${value}`);
  return value;
};

const deviceCgroupRule: FlagCheck = (value) => {
  if (!/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(value))
    throw new Error(`invalid device cgroup format '${value}'`);
  return value;
};

const weightDevice: FlagCheck = (value) => {
  const [path, weight] = deviceAndValue(value);
  if (!/^\d+$/.test(weight) || (Number(weight) !== 0 && (Number(weight) < 10 || Number(weight) > 1000)))
    throw new Error(`invalid weight for device: ${value}`);
  return `${path}:${weight}`;
};

const bpsDevice: FlagCheck = (value) => {
  const [path, rate] = deviceAndValue(value);
  let bytes: number;
  try {
    bytes = ramInBytes(rate);
  } catch {
    throw new Error(
      `invalid rate for device: ${value}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`,
    );
  }
  return `${path}:${bytes}`;
};

const iopsDevice: FlagCheck = (value) => {
  const [path, rate] = deviceAndValue(value);
  if (!/^\d+$/.test(rate))
    throw new Error(
      `invalid rate for device: ${value}. The correct format is <device-path>:<number>. Number must be a positive integer`,
    );
  return `${path}:${rate}`;
};

function deviceAndValue(value: string): [path: string, value: string] {
  const colon = value.indexOf(':');
  if (colon <= 0) throw new Error(`bad format: ${value}`);
  const path = value.slice(0, colon);
  if (!path.startsWith('/dev/')) throw new Error(`bad format for device path: ${value}`);
  return [path, value.slice(colon + 1)];
}

const SYSCTLS = [
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
];

const sysctl: FlagCheck = (value) => {
  const [name] = value.split('=', 1) as [string];
  if (
    !value.includes('=') ||
    !(SYSCTLS.includes(name) || name.startsWith('net.') || name.startsWith('fs.mqueue.'))
  )
    throw new Error(`sysctl '${value}' is not allowed`);
  return value;
};

export const ENV_CHECKS: Readonly<Record<string, FlagCheck>> = { env };

export const LABEL_CHECKS: Readonly<Record<string, FlagCheck>> = { label };

export const CREATE_CHECKS: Readonly<Record<string, FlagCheck>> = {
  attach,
  env,
  label,
  link,
  sysctl,
  'add-host': extraHost,
  'blkio-weight-device': weightDevice,
  'device-cgroup-rule': deviceCgroupRule,
  'device-read-bps': bpsDevice,
  'device-write-bps': bpsDevice,
  'device-read-iops': iopsDevice,
  'device-write-iops': iopsDevice,
  dns: ipAddress,
  'dns-search': dnsSearch,
};

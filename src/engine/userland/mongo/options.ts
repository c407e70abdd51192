/** What mongod's command line says. */
export interface MongodOptions {
  /** Addresses to listen at; undefined for all of them. */
  bind: string[] | undefined;
  port: number;
  directory: string;
  auth: boolean;
  fork: boolean;
  logPath: string | undefined;
  logAppend: boolean;
  pidFile: string | undefined;
  shutdown: boolean;
  /** As the log tells of them. */
  told: Record<string, unknown>;
}

/** The command line is wrong. */
export class OptionError extends Error {}

const TAKES_VALUE = [
  '--bind_ip',
  '--port',
  '--dbpath',
  '--logpath',
  '--pidfilepath',
  '--wiredTigerCacheSizeGB',
];
const FLAGS = [
  '--bind_ip_all',
  '--auth',
  '--noauth',
  '--fork',
  '--logappend',
  '--shutdown',
  '--quiet',
  '--ipv6',
];
/** `mongod --help`, of what is simulated; the words are our own. */
export const HELP = `Options:

  --version             Show the version
  --port arg            The port to listen at, 27017 if none is given
  --bind_ip arg         Addresses to listen at, 127.0.0.1 if none is given
  --bind_ip_all         Listen at all addresses
  --auth                Ask who somebody is
  --dbpath arg          Where the data is, /data/db if nothing is given
  --logpath arg         Log to a file
  --logappend           Append to it
  --pidfilepath arg     Write the process's number to a file
  --fork                Go on in the background
  --shutdown            End the server that runs with the same data
`;

/** Those that make a server another one. */
const NOT_SIMULATED =
  /^--(?:replSet|shardsvr|configsvr|tls\w*|ssl\w*|keyFile|config|storageEngine|profile|directoryperdb|setParameter)$/;

/** Throws `OptionError`. */
export function readOptions(args: readonly string[]): MongodOptions {
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const [name = '', given] = /^(--[^=]+)=(.*)$/s.exec(args[i]!)?.slice(1) ?? [args[i]!];
    if (NOT_SIMULATED.test(name) || name === '-f')
      throw new OptionError(`${name} is not simulated in Drydock`);
    if (FLAGS.includes(name)) values.set(name, '');
    else if (TAKES_VALUE.includes(name)) {
      const value = given ?? args[++i];
      if (value === undefined) throw new OptionError(`the required argument for option '${name}' is missing`);
      values.set(name, value);
    } else if (name.startsWith('-')) throw new OptionError(`unrecognised option '${args[i]}'`);
    else throw new OptionError(`too many positional options have been specified on the command line`);
  }
  const port = Number(values.get('--port') ?? 27017);
  if (!Number.isInteger(port))
    throw new OptionError(`the argument ('${values.get('--port')}') for option '--port' is invalid`);
  const everywhere = values.has('--bind_ip_all');
  const addresses = (values.get('--bind_ip') ?? '127.0.0.1').split(',');
  const net = {
    ...(everywhere ? { bindIp: '*' } : values.has('--bind_ip') ? { bindIp: addresses.join(',') } : {}),
    ...(values.has('--port') ? { port } : {}),
  };
  return {
    bind: everywhere || addresses.includes('0.0.0.0') || addresses.includes('*') ? undefined : addresses,
    port,
    directory: (values.get('--dbpath') ?? '/data/db').replace(/(?<=.)\/$/, ''),
    auth: values.has('--auth'),
    fork: values.has('--fork'),
    logPath: values.get('--logpath'),
    logAppend: values.has('--logappend'),
    pidFile: values.get('--pidfilepath'),
    shutdown: values.has('--shutdown'),
    told: {
      ...(Object.keys(net).length > 0 ? { net } : {}),
      ...(values.has('--fork') ? { processManagement: { fork: true } } : {}),
      ...(values.has('--auth') ? { security: { authorization: 'enabled' } } : {}),
      ...(values.has('--dbpath') ? { storage: { dbPath: values.get('--dbpath') } } : {}),
    },
  };
}

import { isErrno } from '../../../base/errno.ts';
import { compilePattern } from '../../lib/glob.ts';
import {
  CommandError,
  type CommandTable,
  type Context,
  NOT_AN_INTEGER,
  SYNTAX,
  toInteger,
} from '../command.ts';
import { ConfigError, change } from '../config.ts';
import { info } from '../info.ts';
import { array, bulk, bulks, failure, integer, OK, type Reply } from '../resp.ts';

/** What a container command says of a word that it does not know. */
const unknown = (command: string, word: string): Reply =>
  failure(`ERR unknown subcommand '${word}'. Try ${command} HELP.`);

function config({ server }: Context, [what = '', ...args]: string[]): Reply {
  switch (what.toUpperCase()) {
    case 'GET': {
      const names = [...server.config.values.keys()];
      const found = names.filter((name) =>
        args.some((pattern) => compilePattern(pattern.toLowerCase()).matches(name)),
      );
      return bulks(found.flatMap((name) => [name, server.config.values.get(name)!]));
    }
    case 'SET':
      try {
        if (args.length === 0 || args.length % 2 !== 0)
          return failure("ERR wrong number of arguments for 'config|set' command");
        for (let i = 0; i < args.length; i += 2) change(server.config, args[i]!, args[i + 1]!);
        return OK;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return failure(`ERR ${error.message}`);
      }
    case 'RESETSTAT':
      server.connections = server.commands = 0;
      return OK;
    case 'REWRITE':
      return failure('ERR The server is running without a config file');
    default:
      return unknown('CONFIG', what);
  }
}

function client({ client: me, server }: Context, [what = '', name = '']: string[]): Reply {
  switch (what.toUpperCase()) {
    case 'ID':
      return integer(me.id);
    case 'GETNAME':
      return bulk(me.name === '' ? undefined : me.name);
    case 'SETNAME':
      if (/\s/.test(name))
        return failure('ERR Client names cannot contain spaces, newlines or special characters.');
      me.name = name;
      return OK;
    case 'SETINFO':
    case 'NO-EVICT':
    case 'NO-TOUCH':
      return OK;
    case 'INFO':
      return bulk(`${describe(me)}\n`);
    case 'LIST':
      return bulk([...server.clients.values()].map((one) => `${describe(one)}\n`).join(''));
    default:
      return unknown('CLIENT', what);
  }
}

const describe = ({
  id,
  address,
  name,
  database,
  channels,
  patterns,
  lastCommand,
  user,
}: Context['client']): string =>
  `id=${id} addr=${address} name=${name} db=${database} sub=${channels.size} psub=${patterns.size} cmd=${lastCommand} user=${user ?? 'default'}`;

async function save(context: Context): Promise<Reply> {
  try {
    await context.server.save();
    await context.server.log('*', 'DB saved on disk');
    return OK;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await context.server.log('#', `Failed opening the temp RDB file for saving: ${error.message}`);
    return failure('ERR');
  }
}

function auth({ client: me, server }: Context, args: string[]): Reply {
  const [user, password] = args.length === 1 ? ['default', args[0]] : args;
  const { password: wanted } = server.config;
  if (args.length === 1 && wanted === '')
    return failure(
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
    );
  if (args.length > 2) return failure(SYNTAX);
  if (user !== 'default' || (wanted !== '' && password !== wanted))
    return failure('WRONGPASS invalid username-password pair or user is disabled.');
  me.user = 'default';
  return OK;
}

/** HELLO [2 [AUTH user password] [SETNAME name]]: version 3 of the protocol is not simulated. */
function hello(context: Context, [version, ...options]: string[]): Reply {
  const { server, client: me } = context;
  if (version !== undefined && version !== '2') {
    const isNumber = /^\d+$/.test(version);
    return failure(
      isNumber
        ? 'NOPROTO unsupported protocol version'
        : 'ERR Protocol version is not an integer or out of range',
    );
  }
  const at = options.findIndex((option) => option.toUpperCase() === 'AUTH');
  if (at !== -1) {
    const reply = auth(context, options.slice(at + 1, at + 3));
    if (reply.kind === 'error') return reply;
  }
  if (me.user === undefined)
    return failure(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
    );
  return array([
    ...['server', 'redis', 'version', server.version, 'proto'].map(bulk),
    integer(2),
    bulk('id'),
    integer(me.id),
    ...['mode', 'standalone', 'role', 'master', 'modules'].map(bulk),
    array([]),
  ]);
}

export const serverCommands: CommandTable = {
  PING: {
    arity: -1,
    run: (_, [text, ...rest]) =>
      rest.length > 0
        ? failure("ERR wrong number of arguments for 'ping' command")
        : text === undefined
          ? { kind: 'status', text: 'PONG' }
          : bulk(text),
  },
  ECHO: { arity: 2, run: (_, [text]) => bulk(text) },
  QUIT: { arity: -1, run: () => OK },
  AUTH: { arity: -2, run: auth },
  HELLO: { arity: -1, run: hello },
  SELECT: {
    arity: 2,
    run({ client: me, server }, [index]) {
      const number = toInteger(index, NOT_AN_INTEGER);
      if (server.databases[number] === undefined) throw new CommandError('ERR DB index is out of range');
      me.database = number;
      return OK;
    },
  },
  CLIENT: { arity: -2, run: client },
  COMMAND: { arity: -1, run: () => array([]) },
  CONFIG: { arity: -2, run: config },
  INFO: { arity: -1, run: ({ server }, sections) => bulk(info(server, sections)) },
  TIME: {
    arity: 1,
    run({ server }) {
      const now = server.sys.clock_gettime();
      return bulks([String(Math.floor(now / 1000)), String(Math.floor((now % 1000) * 1000))]);
    },
  },
  SAVE: { arity: 1, run: save },
  BGSAVE: {
    arity: -1,
    async run({ server }) {
      await server.saveInBackground();
      return { kind: 'status', text: 'Background saving started' };
    },
  },
  LASTSAVE: { arity: 1, run: ({ server }) => integer(Math.floor(server.lastSave / 1000)) },
  PUBLISH: {
    arity: 3,
    run: async ({ server }, [channel = '', message = '']) => integer(await server.publish(channel, message)),
  },
  SUBSCRIBE: { arity: -2, run: () => OK },
  PSUBSCRIBE: { arity: -2, run: () => OK },
  UNSUBSCRIBE: { arity: -1, run: () => OK },
  PUNSUBSCRIBE: { arity: -1, run: () => OK },
  SHUTDOWN: {
    arity: -1,
    run({ server }, [how]) {
      const save = { SAVE: true, NOSAVE: false }[how?.toUpperCase() ?? ''];
      if (how !== undefined && save === undefined) return failure(SYNTAX);
      server.stop(save);
      // Whoever asks is cut off; there is no answer.
      return new Promise(() => undefined);
    },
  },
};

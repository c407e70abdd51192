import type { Program } from '../../kernel/program.ts';
import type { BusyboxBuild } from '../utility.ts';
import { bridge } from './bridge.ts';
import { curl } from './curl.ts';
import { httpd } from './httpd.ts';
import { ifconfig } from './ifconfig.ts';
import { ip } from './ip/ip.ts';
import { iptables } from './iptables/iptables.ts';
import { nc } from './nc.ts';
import { nginx } from './nginx/nginx.ts';
import { nslookup } from './nslookup.ts';
import { ping } from './ping.ts';
import { netstat } from './sockets/netstat.ts';
import { route } from './sockets/route.ts';
import { ss } from './sockets/ss.ts';
import { asApplet } from './tool.ts';
import { wget } from './wget.ts';

/** What exists in both forms. */
const both = { ifconfig, ip, nc, netstat, nslookup, ping, route, wget };

/** The network programs as Debian-like systems have them, by name. */
export const netPrograms: Record<string, Program> = {
  ...both,
  bridge,
  curl,
  iptables,
  ss,
  nginx,
};

/** The network applets of a build of BusyBox, by name. */
export const netApplets = (build: BusyboxBuild): Record<string, Program> =>
  Object.fromEntries(
    Object.entries({ ...both, httpd }).map(([name, program]) => [name, asApplet(program, build)]),
  );

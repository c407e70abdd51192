import type { Recipe } from '../recipe.ts';
import { alpineRecipes } from './alpine.ts';
import { buildpackDepsRecipes } from './buildpack-deps.ts';
import { busybox136, busybox137 } from './busybox.ts';
import { dashboardRecipes } from './dashboards.ts';
import { debianRecipes } from './debian.ts';
import { desktopRecipes } from './desktop.ts';
import { golangRecipes } from './golang.ts';
import { helloWorld } from './hello-world.ts';
import { httpdRecipes } from './httpd.ts';
import { javaRecipes } from './java.ts';
import { mariadbRecipes } from './mariadb.ts';
import { memcachedRecipes } from './memcached.ts';
import { mongoRecipes } from './mongo.ts';
import { mysqlRecipes } from './mysql.ts';
import { networkToolRecipes } from './network-tools.ts';
import { nginxRecipes } from './nginx.ts';
import { nodeRecipes } from './node.ts';
import { phpRecipes } from './php.ts';
import { postgresRecipes } from './postgres.ts';
import { pythonRecipes } from './python.ts';
import { redHatRecipes } from './redhat.ts';
import { redisRecipes } from './redis.ts';
import { registryRecipes } from './registry.ts';
import { rubyRecipes } from './ruby.ts';
import { ubuntuRecipes } from './ubuntu.ts';
import { webappRecipes } from './webapp.ts';
import { whoamiRecipes } from './whoami.ts';

/** What the simulated Docker Hub serves. */
export const hubRecipes: readonly Recipe[] = [
  helloWorld,
  busybox136,
  busybox137,
  ...alpineRecipes,
  ...debianRecipes,
  ...ubuntuRecipes,
  ...nginxRecipes,
  ...httpdRecipes,
  ...buildpackDepsRecipes,
  ...nodeRecipes,
  ...pythonRecipes,
  ...golangRecipes,
  ...javaRecipes,
  ...phpRecipes,
  ...rubyRecipes,
  ...redisRecipes,
  ...memcachedRecipes,
  ...redHatRecipes,
  ...networkToolRecipes,
  ...mongoRecipes,
  ...mysqlRecipes,
  ...mariadbRecipes,
  ...postgresRecipes,
  ...registryRecipes,
  ...whoamiRecipes,
  ...webappRecipes,
  ...dashboardRecipes,
  ...desktopRecipes,
];

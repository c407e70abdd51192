import type { SearchEntry } from '../registry/search.ts';

/** What the search of the simulated Docker Hub knows. */
export const hubSearch: readonly SearchEntry[] = [
  { name: 'nginx', description: 'Official build of Nginx.', stars: 21_000, official: true },
  { name: 'httpd', description: 'The Apache HTTP Server, a web server.', stars: 4_900, official: true },
  {
    name: 'ubuntu',
    description: 'Ubuntu is a Debian-based Linux operating system.',
    stars: 17_600,
    official: true,
  },
  { name: 'alpine', description: 'A minimal image based on Alpine Linux.', stars: 11_500, official: true },
  {
    name: 'busybox',
    description: 'BusyBox: many small utilities in one binary.',
    stars: 3_400,
    official: true,
  },
  {
    name: 'hello-world',
    description: 'Says hello, to show that Docker works.',
    stars: 2_500,
    official: true,
  },
  {
    name: 'debian',
    description: 'A Linux distribution made of free software alone.',
    stars: 5_400,
    official: true,
  },
  {
    name: 'redis',
    description: 'Keeps data structures in memory, and serves them.',
    stars: 13_500,
    official: true,
  },
  { name: 'memcached', description: 'A cache in memory that programs share.', stars: 2_400, official: true },
  {
    name: 'mysql',
    description: 'A relational database that many web sites use.',
    stars: 16_000,
    official: true,
  },
  {
    name: 'mariadb',
    description: 'A relational database, begun as a branch of MySQL.',
    stars: 6_200,
    official: true,
  },
  {
    name: 'postgres',
    description: 'The PostgreSQL object-relational database.',
    stars: 14_600,
    official: true,
  },
  { name: 'mongo', description: 'MongoDB, a database of documents.', stars: 10_600, official: true },
  { name: 'node', description: 'Runs JavaScript outside of a browser.', stars: 14_000, official: true },
  { name: 'python', description: 'An interpreted language for all purposes.', stars: 10_300, official: true },
  { name: 'golang', description: 'The Go language with its tools.', stars: 5_000, official: true },
  {
    name: 'openjdk',
    description: 'Deprecated: look for another build of OpenJDK.',
    stars: 4_000,
    official: true,
  },
  {
    name: 'php',
    description: 'A language for web pages, with or without a server.',
    stars: 7_900,
    official: true,
  },
  { name: 'ruby', description: 'A dynamic, object-oriented language.', stars: 2_600, official: true },
  { name: 'registry', description: 'Stores images and hands them out.', stars: 4_200, official: true },
  { name: 'centos', description: 'Deprecated: no image has come since 2021.', stars: 7_800, official: true },
  { name: 'fedora', description: 'A Linux distribution close to the newest.', stars: 1_250, official: true },
  {
    name: 'rockylinux',
    description: 'Deprecated here: see rockylinux/rockylinux.',
    stars: 400,
    official: true,
  },
  { name: 'oraclelinux', description: 'A Linux distribution of Oracle.', stars: 1_100, official: true },
  {
    name: 'traefik',
    description: 'A proxy for the web that finds its services by itself.',
    stars: 3_400,
    official: true,
  },
  {
    name: 'portainer/portainer-ce',
    description: 'Shows and manages containers on a web page.',
    stars: 2_500,
    official: false,
  },
  {
    name: 'dorowu/ubuntu-desktop-lxde-vnc',
    description: 'An Ubuntu desktop in a web browser.',
    stars: 640,
    official: false,
  },
  {
    name: 'buildpack-deps',
    description: 'What most languages want for building packages.',
    stars: 125,
    official: true,
  },
  {
    name: 'eclipse-temurin',
    description: 'Builds of OpenJDK by the Eclipse Foundation.',
    stars: 640,
    official: true,
  },
  {
    name: 'traefik/whoami',
    description: 'Tells who it is and what it was asked.',
    stars: 180,
    official: false,
  },
  { name: 'training/webapp', description: 'A page for trying Docker out.', stars: 40, official: false },
  { name: 'curlimages/curl', description: 'curl and nothing else.', stars: 700, official: false },
  {
    name: 'nicolaka/netshoot',
    description: 'A box of tools to look at networks with.',
    stars: 850,
    official: false,
  },
  // One program under its name of before 2021 and under today's.
  {
    name: 'jwilder/nginx-proxy',
    description: 'Automated nginx proxy for Docker containers.',
    stars: 2_250,
    official: false,
  },
  {
    name: 'nginxproxy/nginx-proxy',
    description: 'Automated nginx proxy for Docker containers.',
    stars: 170,
    official: false,
  },
];

/** What `docker search` found when the recordings were made. */
export const oracleSearch: readonly SearchEntry[] = [
  { name: 'nginx', description: 'Official build of Nginx.', stars: 20_000, official: true },
  { name: 'student/nginx', description: '', stars: 3, official: false },
];

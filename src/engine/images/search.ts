import type { SearchEntry } from '../registry/search.ts';

/** What the search of the simulated Docker Hub knows. */
export const hubSearch: readonly SearchEntry[] = [
  { name: 'nginx', description: 'Official build of Nginx.', stars: 21_000, official: true },
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

import { FLASK } from './flask.ts';
import { GUNICORN } from './gunicorn.ts';
import { JINJA2 } from './jinja2.ts';
import { PYTHON_DOTENV, REQUESTS } from './misc.ts';
import { REDIS } from './redis.ts';
import { BLINKER, CLICK, ITSDANGEROUS, MARKUPSAFE } from './small.ts';
import { WERKZEUG } from './werkzeug.ts';

/** A project of the index. What its packages hold is small and ours; names and versions are those of the projects. */
export interface Project {
  name: string;
  summary: string;
  files: Readonly<Record<string, string>>;
  /** Commands: name → `module:function`. */
  scripts?: Readonly<Record<string, string>>;
  /** From old to new. */
  releases: readonly Release[];
}

export interface Release {
  version: string;
  /** Which versions of Python it is for: `>=3.9`. */
  python: string;
  requires: readonly string[];
  /** When it was uploaded. */
  uploaded: string;
}

/** The last release for Python 2, and one for Python 3 of today. */
const both = (old: Omit<Release, 'python'>, today: Omit<Release, 'python'>): Release[] => [
  { ...old, python: '>=2.7, !=3.0.*, !=3.1.*, !=3.2.*, !=3.3.*, !=3.4.*' },
  { ...today, python: '>=3.9' },
];

export const PROJECTS: readonly Project[] = [
  {
    name: 'Flask',
    summary: 'A simple framework for building complex web applications.',
    files: FLASK,
    scripts: { flask: 'flask.cli:main' },
    releases: both(
      {
        version: '1.1.4',
        requires: [
          'Werkzeug<2.0,>=0.15',
          'Jinja2<3.0,>=2.10.1',
          'itsdangerous<2.0,>=0.24',
          'click<8.0,>=5.1',
        ],
        uploaded: '2021-05-14T00:00:00.000000Z',
      },
      {
        version: '3.1.2',
        requires: [
          'blinker>=1.9.0',
          'click>=8.1.3',
          'itsdangerous>=2.2.0',
          'jinja2>=3.1.2',
          'markupsafe>=2.1.1',
          'werkzeug>=3.1.0',
        ],
        uploaded: '2025-08-19T21:03:21.205000Z',
      },
    ),
  },
  {
    name: 'Werkzeug',
    summary: 'The comprehensive WSGI web application library.',
    files: WERKZEUG,
    releases: both(
      { version: '1.0.1', requires: [], uploaded: '2020-03-31T18:03:35.000000Z' },
      { version: '3.1.3', requires: ['MarkupSafe>=2.1.1'], uploaded: '2024-11-08T15:52:16.132000Z' },
    ),
  },
  {
    name: 'Jinja2',
    summary: 'A very fast and expressive template engine.',
    files: JINJA2,
    releases: both(
      { version: '2.11.3', requires: ['MarkupSafe>=0.23'], uploaded: '2021-01-31T16:33:07.000000Z' },
      { version: '3.1.6', requires: ['MarkupSafe>=2.0'], uploaded: '2025-03-05T20:05:00.369000Z' },
    ),
  },
  {
    name: 'MarkupSafe',
    summary: 'Safely add untrusted strings to HTML/XML markup.',
    files: MARKUPSAFE,
    releases: both(
      { version: '1.1.1', requires: [], uploaded: '2019-02-23T22:08:38.000000Z' },
      { version: '3.0.3', requires: [], uploaded: '2025-09-27T18:37:40.426000Z' },
    ),
  },
  {
    name: 'itsdangerous',
    summary: 'Safely pass data to untrusted environments and back.',
    files: ITSDANGEROUS,
    releases: both(
      { version: '1.1.0', requires: [], uploaded: '2018-10-27T00:17:35.000000Z' },
      { version: '2.2.0', requires: [], uploaded: '2024-04-16T21:28:14.499000Z' },
    ),
  },
  {
    name: 'click',
    summary: 'Composable command line interface toolkit',
    files: CLICK,
    releases: both(
      { version: '7.1.2', requires: [], uploaded: '2020-04-27T20:22:45.000000Z' },
      { version: '8.3.1', requires: [], uploaded: '2025-11-15T20:45:41.139000Z' },
    ),
  },
  {
    name: 'blinker',
    summary: 'Fast, simple object-to-object and broadcast signaling',
    files: BLINKER,
    releases: [{ version: '1.9.0', python: '>=3.9', requires: [], uploaded: '2024-11-08T17:25:46.184000Z' }],
  },
  {
    name: 'gunicorn',
    summary: 'WSGI HTTP Server for UNIX',
    files: GUNICORN,
    scripts: { gunicorn: 'gunicorn.app.wsgiapp:run' },
    // Of Werkzeug it uses the reading of requests.
    releases: both(
      { version: '19.10.0', requires: ['werkzeug<2.0'], uploaded: '2019-11-21T00:31:32.000000Z' },
      { version: '23.0.0', requires: ['werkzeug>=3.1.0'], uploaded: '2024-08-10T20:25:27.378000Z' },
    ),
  },
  {
    name: 'redis',
    summary: 'Python client for Redis database and key-value store',
    files: REDIS,
    releases: both(
      { version: '3.5.3', requires: [], uploaded: '2020-06-01T15:24:28.000000Z' },
      { version: '7.1.0', requires: [], uploaded: '2025-11-19T15:54:38.000000Z' },
    ),
  },
  {
    name: 'requests',
    summary: 'Python HTTP for Humans.',
    files: REQUESTS,
    releases: both(
      { version: '2.27.1', requires: [], uploaded: '2022-01-05T15:40:49.000000Z' },
      { version: '2.32.5', requires: [], uploaded: '2025-08-18T20:46:00.542000Z' },
    ),
  },
  {
    name: 'python-dotenv',
    summary: 'Read key-value pairs from a .env file and set them as environment variables',
    files: PYTHON_DOTENV,
    releases: both(
      { version: '0.18.0', requires: [], uploaded: '2021-06-20T12:00:00.000000Z' },
      { version: '1.2.1', requires: [], uploaded: '2025-10-26T15:12:09.000000Z' },
    ),
  },
];

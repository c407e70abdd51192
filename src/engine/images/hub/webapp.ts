import { add, cmd, expose, image, run, workdir } from '../dockerfile.ts';
import type { Recipe } from '../recipe.ts';
import { bulk, link, program, weighing } from '../tree.ts';
import { ubuntu1404 } from './ubuntu.ts';

/** One page; `readApplication` of the simulated python reads it. */
const APPLICATION = `import os

from flask import Flask

app = Flask(__name__)


@app.route('/')
def hello():
    who = os.environ.get('PROVIDER', 'world')
    return 'Hello ' + who + '!'


if __name__ == '__main__':
    # Another port by the variable PORT.
    app.run(host='0.0.0.0', port=int(os.environ.get('PORT', 5000)))
`;

const REQUIREMENTS = 'Flask==0.10.1\nJinja2==2.7.2\nWerkzeug==0.10.4\n';

/** The page that Docker's first tutorials ran: of 2015, and as it was then. */
const webapp: Recipe = image({
  repository: 'training/webapp',
  tags: ['latest'],
  created: '2015-05-27T21:52:49Z',
  from: { ...ubuntu1404, created: '2015-05-26T21:14:02Z' },
  format: 'docker',
  builder: 'classic',
  dockerVersion: '1.6.2',
  lines: [
    { name: 'MAINTAINER', rest: 'Docker Education Team <education@docker.com>' },
    run('apt-get update', { 'var/lib/apt/lists/archive.ubuntu.com_trusty_Packages': bulk(21_000_000) }),
    run('DEBIAN_FRONTEND=noninteractive apt-get install -y -q python-all python-pip ', () =>
      weighing(126_400_000, 'usr/lib/python2.7/stdlib.data', {
        'usr/bin/python2.7': program('webapp/python@2.7.6', 3_345_416),
        'usr/bin/python2': link('python2.7'),
        'usr/bin/python': link('python2.7'),
        'usr/bin/pip': program('languages/pip@1.5.4-2.7', 281),
      }),
    ),
    add('./webapp/requirements.txt', '/tmp/requirements.txt', { 'tmp/requirements.txt': REQUIREMENTS }),
    run('pip install -qr /tmp/requirements.txt', {
      'usr/local/lib/python2.7/dist-packages/flask.data': bulk(4_740_000),
    }),
    add('./webapp', '/opt/webapp/', {
      'opt/webapp/app.py': APPLICATION,
      'opt/webapp/requirements.txt': REQUIREMENTS,
    }),
    workdir('/opt/webapp'),
    expose(5000),
    cmd('python', 'app.py'),
  ],
});

export const webappRecipes: readonly Recipe[] = [webapp];

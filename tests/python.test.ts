import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

const APP = `from flask import Flask, jsonify, request, render_template_string
from redis import Redis

app = Flask(__name__)
redis = Redis(host="store", decode_responses=True)

@app.route("/")
def hello():
    return "Hello, World!"

@app.route("/user/<name>/<int:number>", methods=["GET", "POST"])
def user(name, number):
    return jsonify(name=name, number=number, q=request.args.get("q"), body=request.get_json(silent=True))

@app.route("/hits")
def hits():
    return {"hits": redis.incr("hits")}

@app.route("/list")
def listed():
    return render_template_string("{% for x in names %}{{ loop.index }}:{{ x|upper }} {% endfor %}", names=["a", "<"])

@app.route("/bad")
def bad():
    return 1 / 0

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
`;

const DOCKERFILE = `FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
EXPOSE 5000
CMD ["python", "app.py"]
`;

function learner() {
  const machine = new ScriptRunner(openWorld('learner'));
  return {
    machine,
    async run(cmd: string) {
      const { stdout, stderr } = await machine.run({ cmd });
      return stdout + stderr;
    },
    write: (path: string, text: string) => machine.run({ cmd: `cat > ${path} <<'END'\n${text}END\n` }),
  };
}

test('an application of Flask is built, installs what it needs and answers on a published port', async () => {
  const { run, write } = learner();
  await write('app.py', APP);
  await write('requirements.txt', '# what it needs\nflask\nredis>=5\n');
  await write('Dockerfile', DOCKERFILE);
  const built = await run('docker build -t web .');
  expect(built).toContain('Collecting flask (from -r requirements.txt (line 2))\n');
  expect(built).toMatch(
    /Successfully installed blinker-1\.9\.0 click-8\.3\.1 flask-3\.1\.2 .* redis-7\.1\.0 werkzeug-3\.1\.3\n/,
  );
  await run('docker network create net; docker run -d --name store --network net redis:alpine');
  await run('docker run -d --name web --network net -p 5000:5000 web; sleep 2');
  expect(await run('curl -si localhost:5000/')).toMatch(
    /^HTTP\/1\.1 200 OK\r\nServer: Werkzeug\/3\.1\.3 Python\/3\.13\.9\r\nDate: .*\r\nContent-Type: text\/html; charset=utf-8\r\nContent-Length: 13\r\nConnection: close\r\n\r\nHello, World!$/,
  );
  expect(
    await run(
      `curl -s 'localhost:5000/user/bo%20b/7?q=x+y' -H 'Content-Type: application/json' -d '{"a": [1, null]}'`,
    ),
  ).toBe('{"body":{"a":[1,null]},"name":"bo b","number":7,"q":"x y"}\n');
  expect(await run('curl -s localhost:5000/hits; curl -s localhost:5000/hits')).toBe(
    '{"hits":1}\n{"hits":2}\n',
  );
  expect(await run('curl -s localhost:5000/list')).toBe('1:A 2:&lt; ');
  const status = (path: string, more = '') =>
    run(`curl -s -o /dev/null -w '%{http_code}' ${more} localhost:5000${path}`);
  expect([await status('/nope'), await status('/bad'), await status('/', '-X POST')]).toEqual([
    '404',
    '500',
    '405',
  ]);
  const logs = await run('docker logs web');
  expect(logs).toContain(" * Serving Flask app 'app'\n * Debug mode: off\n");
  expect(logs).toMatch(/ \* Running on http:\/\/172\.\d+\.0\.3:5000\nPress CTRL\+C to quit\n/);
  expect(logs).toMatch(/ - - \[.*\] "GET \/ HTTP\/1\.1" 200 -\n/);
  expect(logs).toContain(
    '  File "/app/app.py", line 25, in bad\n    return 1 / 0\nZeroDivisionError: division by zero\n',
  );
});

test('gunicorn serves an application of WSGI, and ends when it is told to', async () => {
  const { run, write } = learner();
  await write(
    'app.py',
    'def app(environ, start_response):\n    start_response("201 Created", [("Content-Type", "text/plain")])\n    return [b"at " + environ["PATH_INFO"].encode()]\n',
  );
  await write(
    'Dockerfile',
    'FROM python:3.13-slim\nRUN pip install gunicorn\nCOPY app.py .\nCMD ["gunicorn", "-b", "0.0.0.0:8000", "app:app"]\n',
  );
  await run('docker build -t unicorn .; docker run -d --name unicorn -p 8000:8000 unicorn; sleep 2');
  expect(await run("curl -s -w ' %{http_code}' localhost:8000/x")).toBe('at /x 201');
  expect(await run("docker stop unicorn; docker inspect -f '{{.State.ExitCode}}' unicorn")).toBe(
    'unicorn\n0\n',
  );
});

test('Python 2 installs what was made for it', async () => {
  const { run, write } = learner();
  await write(
    'app.py',
    'from flask import Flask\napp = Flask(__name__)\n@app.route("/")\ndef f():\n    return "old\\n"\napp.run(host="0.0.0.0")\n',
  );
  await write(
    'Dockerfile',
    'FROM python:2.7-slim\nRUN pip install flask\nCOPY app.py /\nENTRYPOINT ["python"]\nCMD ["/app.py"]\n',
  );
  expect(await run('docker build -t old .')).toContain(' flask-1.1.4 ');
  await run('docker run -d -p 80:5000 old; sleep 2');
  expect(await run('curl -s localhost')).toBe('old\n');
});

test('a loop without an end and a program that eats memory are stopped', async () => {
  const { run, write } = learner();
  await write('loop.py', 'while True:\n    pass\n');
  await write('eat.py', 'kept = []\nwhile True:\n    kept.append("x" * 100000)\n');
  await run('docker run -d --name loop -v $PWD/loop.py:/loop.py python:3.14-slim python /loop.py; sleep 1');
  expect(await run("docker kill loop; sleep 1; docker inspect -f '{{.State.ExitCode}}' loop")).toBe(
    'loop\n137\n',
  );
  const eaten =
    'docker run --name eat -m 30m -v $PWD/eat.py:/eat.py python:3.14-slim python /eat.py; echo $?';
  expect(await run(eaten)).toBe('137\n');
  expect(await run("docker inspect -f '{{.State.OOMKilled}}' eat")).toBe('true\n');
  expect(
    await run(
      "docker run --rm --init --entrypoint sh -v $PWD/loop.py:/loop.py python:3.14-slim -c 'timeout -s INT 1 python /loop.py'",
    ),
  ).toContain('KeyboardInterrupt\n');
});

test('signals, http.server, and what pip says', async () => {
  const { run, write } = learner();
  await write(
    'stop.py',
    'import signal, sys, time\ndef stop(number, frame):\n    print("stopping", number)\n    sys.exit(3)\nsignal.signal(signal.SIGTERM, stop)\nwhile True:\n    time.sleep(1)\n',
  );
  await run('docker run -d --name stop -v $PWD/stop.py:/stop.py python:3.14-slim python /stop.py; sleep 1');
  expect(await run("docker stop stop; docker logs stop; docker inspect -f '{{.State.ExitCode}}' stop")).toBe(
    'stop\nstopping 15\n3\n',
  );
  await run(
    'docker run -d --name files -w /usr/local -p 8000:8000 python:3.14-slim python -m http.server; sleep 1',
  );
  expect(await run('curl -s localhost:8000/')).toContain('<li><a href="bin/">bin/</a></li>');
  const pip = (...words: string[]) => run(`docker run --rm python:3.14-slim sh -c '${words.join(' ')}'`);
  expect(await pip('pip install numpy')).toContain(
    'ERROR: Could not find a version that satisfies the requirement numpy (from versions: none)\nERROR: No matching distribution found for numpy\n',
  );
  expect(
    await pip(
      'pip install -q --root-user-action ignore flask==3.1.2; pip freeze; pip uninstall -y flask; pip list',
    ),
  ).toMatch(/Flask==3\.1\.2\n[\s\S]*Successfully uninstalled Flask-3\.1\.2\nPackage {6}Version\n/);
  expect(await run('curl -s https://pypi.org/simple/flask/')).toContain('>flask-3.1.2-py3-none-any.whl</a>');
});

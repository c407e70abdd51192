const http = require('http');
const server = http.createServer((req, res) => {
  if (req.url === '/stream') {
    res.writeHead(201, 'Made', { 'X-A': ['1', '2'], 'Content-Type': 'text/plain' });
    res.write('one ');
    setTimeout(() => res.end('two'), 5);
    return;
  }
  if (req.url === '/none') return void res.writeHead(204).end();
  if (req.url === '/late') {
    res.end('ok');
    try {
      res.setHeader('x', '1');
    } catch (error) {
      console.log(error.code, error.message);
    }
    return;
  }
  let body = '';
  req.setEncoding('utf8');
  req.on('data', (chunk) => (body += chunk));
  req.on('end', () =>
    res.end(
      JSON.stringify({
        method: req.method,
        url: req.url,
        body,
        type: req.headers['content-type'],
        host: req.headers.host.replace(/\d+/, 'N'),
      }),
    ),
  );
});
const ask = (path, options = {}, data) =>
  new Promise((resolve, reject) => {
    const req = http.request({ port: server.address().port, path, ...options }, (res) => {
      const chunks = [];
      res.on('data', (chunk) => chunks.push(chunk));
      res.on('end', () => {
        const { date, ...headers } = res.headers;
        console.log(
          path,
          res.statusCode,
          res.statusMessage,
          res.httpVersion,
          Boolean(date),
          headers,
          String(Buffer.concat(chunks)),
        );
        resolve();
      });
    });
    req.on('error', reject);
    req.end(data);
  });
server.listen(0, '127.0.0.1', async () => {
  console.log(typeof server.address().port, server.listening, server.address().family);
  await ask('/a?b=1');
  await ask('/post', { method: 'POST', headers: { 'Content-Type': 'text/x' } }, 'päyload');
  await ask('/stream');
  await ask('/none');
  await ask('/late');
  await ask('/head', { method: 'HEAD' });
  const { port } = server.address();
  const res = await fetch(`http://127.0.0.1:${port}/f`, { method: 'PUT', body: 'x' });
  console.log(res.status, res.ok, res.headers.get('connection'), (await res.json()).method);
  await new Promise((resolve) => {
    const bad = require('net').connect(port, '127.0.0.1', () => bad.end('nonsense\r\n\r\n'));
    bad.on('data', (chunk) => console.log(JSON.stringify(String(chunk)))).on('close', resolve);
  });
  const raw = require('net').connect(port, '127.0.0.1', () =>
    raw.write('GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'),
  );
  let all = '';
  raw.on('data', (chunk) => (all += chunk));
  raw.on('end', () => {
    console.log(all.replace(/Date: [^\r]*/g, 'Date: -').replaceAll('\r\n', '|'));
    server.close(() => {
      console.log('closed');
      http
        .get({ port, host: '127.0.0.1' })
        .on('error', (error) => console.log(error.code, error.syscall, error.message.replace(port, 'P')));
    });
  });
});

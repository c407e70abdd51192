import fc from 'fast-check';
import { line, maybe, one, type Words } from './words.ts';

/** Small Dockerfiles, right and wrong, by both builders. */

const instruction = one(
  'RUN echo hi > /hi',
  'RUN cat /hi',
  'RUN false',
  'RUN ["echo","x"]',
  'RUN nosuchcommand',
  'COPY env /env',
  'COPY nosuch /x',
  'COPY env nosuch/ ',
  'COPY env /dir/',
  'ADD env /added',
  'ENV A=1 B=2',
  'ENV A 1',
  'ENV A',
  'ARG V=7',
  'RUN echo v=$V a=$A',
  'WORKDIR /work',
  'WORKDIR sub',
  'USER nobody',
  'USER nosuch',
  'LABEL a=b',
  'LABEL a',
  'EXPOSE 80 81/udp',
  'EXPOSE x',
  'VOLUME /v',
  'CMD ["echo","built"]',
  'CMD echo $A',
  'ENTRYPOINT ["echo"]',
  'ENTRYPOINT echo e',
  'STOPSIGNAL TERM',
  'STOPSIGNAL NOPE',
  'HEALTHCHECK CMD true',
  'HEALTHCHECK NONE',
  'HEALTHCHECK --interval=x CMD true',
  'SHELL ["sh","-ec"]',
  'ONBUILD RUN echo later',
  'MAINTAINER me',
  'BOGUS x',
  'FROM alpine:3.19 AS second',
  'COPY --from=0 /etc/passwd /p',
  'COPY --from=nope /x /y',
  'COPY --chown=nobody env /mine',
  'COPY --chmod=600 env /secret',
  'COPY --bogus env /x',
  'RUN id -un; pwd',
);

const dockerfile = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: one('FROM busybox:1.36', 'FROM alpine:3.19 AS first') },
      {
        weight: 1,
        arbitrary: one(
          'FROM scratch',
          'ARG T=3.19\\nFROM alpine:$T',
          'from nginx',
          'RUN first',
          'FROM Bad',
          'FROM',
        ),
      },
    ),
    fc.array(instruction, { minLength: 0, maxLength: 4 }),
  )
  .map(([from, rest]) => [from, ...rest].join('\\n').replaceAll("'", "'\\''"));

const options = line(
  maybe(
    '--no-cache',
    '--build-arg V=8',
    '--build-arg NOPE=1',
    '--target first',
    '--target nope',
    '--label l=1',
    '--pull=false',
  ),
);

export const builds: Words = fc.oneof(
  fc
    .tuple(one('0', '1'), dockerfile, options, one('mine:1', 'mine:2', 'Mine:1'))
    .map(([kit, file, flags, tag]) =>
      `printf '%b' '${file}\\n' > Dockerfile; DOCKER_BUILDKIT=${kit} docker build ${kit === '1' ? '--progress plain ' : ''}${flags} -t ${tag} .`.replace(
        / +/g,
        ' ',
      ),
    ),
  fc
    .tuple(dockerfile, options)
    .map(
      ([file, flags]) =>
        `printf '%b' '${file}\\n' > Dockerfile; docker build --progress plain ${flags} -t mine:1 . && docker image inspect -f '{{json .Config}}' mine:1`,
    ),
  line('docker build', one('nosuch', '-f nosuch .', '-t', '. .', '', '--bogus .')),
);

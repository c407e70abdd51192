/** What each instruction of a Dockerfile does, in Chinese: the language service speaks English alone. */
const INSTRUCTIONS: Readonly<Record<string, string>> = {
  ADD: '把文件复制进镜像。与`COPY`不同，它还能下载URL，并解开本地的tar归档。',
  ARG: '声明一个构建参数，可以用`docker build --build-arg`赋值。它只在构建时存在，不会留在容器的环境里。',
  CMD: '容器启动时默认运行的命令，或交给`ENTRYPOINT`的默认参数。`docker run`写在镜像名后面的内容会取代它；写了多条时只有最后一条有效。',
  COPY: '把构建上下文（或用`--from`指定的阶段、镜像）里的文件复制进镜像，形成新的一层。',
  ENTRYPOINT: '容器总是运行的程序；`CMD`和`docker run`镜像名后面的内容成为它的参数。',
  ENV: '设置环境变量。后面的指令看得到它，用这个镜像启动的容器也看得到。',
  EXPOSE: '说明程序在容器里监听哪个端口。它只是说明，并不会发布端口：发布要用`docker run -p`。',
  FROM: '开始一个构建阶段，并指定它以哪个镜像为基础。可以用`AS`给这个阶段起名。',
  HEALTHCHECK: '告诉Docker怎样检查容器是否正常工作；`NONE`取消基础镜像带来的检查。',
  LABEL: '给镜像加上键和值组成的元数据。',
  MAINTAINER: '已经不推荐：请改用标签`org.opencontainers.image.authors`说明作者。',
  ONBUILD: '留下一条指令，等别人以这个镜像为基础构建时再执行。',
  RUN: '在构建时运行一条命令，把它对文件的改动保存为新的一层。',
  SHELL: '更换“shell形式”的指令所用的shell，默认是`["/bin/sh", "-c"]`。',
  STOPSIGNAL: '`docker stop`首先发给容器主进程的信号，默认是SIGTERM。',
  USER: '后面的指令和容器里的程序以哪个用户（和组）运行。',
  VOLUME: '声明一个挂载点：容器启动时如果没有另外指定，Docker会在这里放一个匿名卷。',
  WORKDIR: '设置后面的指令和容器启动时的工作目录；目录不存在就创建它。',
};

/** The explanation of an instruction, with where more is said; undefined for what is none. */
export function explained(instruction: string): string | undefined {
  const name = instruction.toUpperCase();
  const text = INSTRUCTIONS[name];
  return text && `${text}\n\n[参考文档](https://docs.docker.com/reference/dockerfile/#${name.toLowerCase()})`;
}

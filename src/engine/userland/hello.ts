import { utility } from './lib/stdio.ts';

/** The program of the image hello-world: the greeting is the real one's, the explanation our own. */
export const helloWorld = utility(async (io) => {
  io.stdout.write(`
Hello from Docker!
This message shows that your installation appears to be working correctly.

What has just happened, in four steps:
 1. The client, \`docker\`, asked the daemon for a container of "hello-world".
 2. The daemon had no such image, so it fetched one from Docker Hub
    (the next time it will find the image here and skip this step).
 3. The daemon made a container of the image and started the one program in
    it: the one that is writing these lines.
 4. What it writes went to the daemon, which passed it on to the client, which
    shows it in your terminal.

What to try next:
 $ docker ps -a               (the container is still there: it has exited)
 $ docker run -it alpine sh   (a shell in a container of its own)

`);
  return 0;
});

/**
 * One agent at a time: a second one would replace the first one's packet rules, and both would cap
 * the same jobs and undo each other's caps. A name of the kernel's, which goes with the process
 * however it ends, and which holds where nftables' tables do: in one network namespace.
 */
import { createServer } from 'node:net';

const NAME = '\0davylamp-agent';

/** Whether nobody else is there. From then on nobody else is, until this process ends. */
export function isTheOnlyOne(name = NAME): Promise<boolean> {
  const server = createServer((socket) => void socket.destroy()).unref();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(name, () => resolve(true));
  });
}

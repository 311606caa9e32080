/** A pool in shape only, on loopback: takes a login, gives work that means nothing, takes shares. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export class StratumServer {
  /** When each worker's first share came, by `performance.now()`. */
  readonly firstShare = new Map<string, number>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((socket) => {
      socket.on('error', () => {});
      this.#sockets.add(socket);
      let worker = '';
      const say = (message: object) => socket.write(`${JSON.stringify(message)}\n`);
      const job = { blob: '0e'.repeat(76), job_id: 'a1', target: 'b88d0600', height: 1 };
      createInterface({ input: socket }).on('line', (line) => {
        const { id, method, params } = JSON.parse(line) as {
          id: number;
          method: string;
          params: { rigid?: string };
        };
        if (method === 'login') {
          worker = params.rigid ?? '';
          say({ id, jsonrpc: '2.0', result: { id: '1', job, status: 'OK' }, error: null });
        }
        if (method !== 'submit') return;
        if (!this.firstShare.has(worker)) this.firstShare.set(worker, performance.now());
        say({ id, jsonrpc: '2.0', result: { status: 'OK' }, error: null });
        say({ jsonrpc: '2.0', method: 'job', params: job });
      });
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Also of miners that stand still and will never hang up. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

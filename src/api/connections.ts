/**
 * Open connections, each with the last answer that was begun on it and is not done. Once the server
 * is to stop, a connection ends
 *
 *   at once                      when its last answer has left and nothing follows
 *   after `sweepMs`              when it never said anything, not even in the next moment
 *   after `drainArrivalMsMax`    while a request is on its way here, or the rest of one
 *   by itself                    while a whole request is being answered: then as the first
 *
 * Else whoever connects and says no more holds up the end of the process: `closeIdleConnections`
 * of Node takes a connection without a whole request for a busy one.
 */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { drainArrivalMsMax } from '../base/limits.ts';
import type { Clock } from '../ports/clock.ts';

const sweepMs = 50;

export class Connections {
  /** Null when all is done. Answers of one connection leave in their order. */
  readonly #answers = new Map<Socket, ServerResponse | null>();

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#answers.set(socket, null);
      socket.once('close', () => this.#answers.delete(socket));
    });
    server.prependListener('request', ({ socket }, response) => {
      if (!this.#answers.has(socket)) return;
      this.#answers.set(socket, response);
      const forget = (): void => this.#forget(socket, response);
      response.once('finish', forget);
      // An answer may leave before all has arrived that it is to.
      response.req.once('end', forget);
    });
  }

  /** A connection may rest for long, and nothing is to be kept of a request once it is answered. */
  #forget(socket: Socket, answer: ServerResponse): void {
    const isLast = this.#answers.get(socket) === answer;
    const isDone = answer.req.complete && answer.writableFinished;
    if (isLast && isDone) this.#answers.set(socket, null);
  }

  /** The last answer that was begun on a connection, unless it is done. */
  answerOn(socket: Socket): ServerResponse | null {
    return this.#answers.get(socket) ?? null;
  }

  /** Ends them all, as above, until the server is closed. */
  drain(server: Server, clock: Clock): void {
    if (!server.listening) return;
    const startedMs = clock.elapsedMs();
    let cancel: () => void = () => undefined;
    const sweep = (): void => {
      server.closeIdleConnections();
      this.#endWaiting(clock.elapsedMs() - startedMs);
      cancel = clock.after(sweepMs, sweep);
    };
    server.once('close', () => cancel());
    sweep();
  }

  #endWaiting(drainedMs: number): void {
    for (const [socket, answer] of this.#answers) {
      const isSilent = socket.bytesRead === 0 && drainedMs >= sweepMs;
      const isLate = drainedMs >= drainArrivalMsMax && !isBeingGiven(answer);
      if (isSilent || isLate) socket.destroy();
    }
  }
}

function isBeingGiven(answer: ServerResponse | null): boolean {
  return answer !== null && !answer.writableFinished && answer.req.complete;
}

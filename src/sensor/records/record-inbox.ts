/**
 * Records that other sensors send: `POST /falco`, `/tetragon`, `/eve`, `/zeek`, a record a line, on
 * a Unix socket that only its owner may open, or on an address with a token. A job could send
 * records, too, so an address without a token is refused: there is no answer before it fits.
 *
 *   204 taken · 401 the token does not fit · 404 no such sensor is asked for · 405 no POST
 *   413 longer than `recordReadBytesMax`
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { lstatSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { fail, ok, type Result } from '../../base/result.ts';
import {
  recordInboxConnectionsMax,
  recordInboxMsMax,
  recordReadBytesMax,
} from '../../base/sensor-limits.ts';
import type { SensorProblem } from '../../ports/sensor-source.ts';
import type { RecordSensor } from './record-readers.ts';

export interface RecordInbox {
  /** From now on a sensor's records are given to `onBody`, whole bodies. Listens from the first. */
  open(
    sensor: RecordSensor,
    onBody: (body: Uint8Array) => void,
  ): Promise<Result<void, SensorProblem>>;
  /** Stops with the last. */
  close(sensor: RecordSensor): Promise<void>;
}

export interface RecordInboxOptions {
  /** A path, or `host:port`. */
  readonly listen: string;
  /** Empty: none, which only a Unix socket may have. */
  readonly token: string;
}

const OWNER_ONLY = 0o177;

export function createRecordInbox({ listen, token }: RecordInboxOptions): RecordInbox {
  const takers = new Map<string, (body: Uint8Array) => void>();
  let server: Promise<Server> | null = null;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const taker = takers.get((request.url ?? '').slice(1));
    const refused = refusal(request, token, taker !== undefined);
    const body = refused === null ? await bodyOf(request) : null;
    if (body !== null) taker?.(body);
    const status = refused ?? (body === null ? 413 : 204);
    // What was not read would be taken for the next request.
    response.writeHead(status, status === 204 ? {} : { connection: 'close' }).end();
  };
  return {
    async open(sensor, onBody) {
      if (token === '' && !listen.startsWith('/')) {
        return fail({
          code: 'denied',
          message: `${listen} needs a token, for jobs could send, too`,
        });
      }
      takers.set(sensor, onBody);
      server ??= startServer(listen, (request, response) => {
        // A client that went away is no error of ours.
        answer(request, response).catch(() => response.destroy());
      });
      try {
        await server;
        return ok(undefined);
      } catch (error) {
        takers.delete(sensor);
        return fail({ code: 'failed', message: (error as Error).message });
      }
    },
    async close(sensor) {
      takers.delete(sensor);
      if (takers.size > 0 || server === null) return;
      const running = await server.catch(() => null);
      server = null;
      running?.closeAllConnections();
      if (running !== null) await new Promise((resolve) => running.close(resolve));
    },
  };
}

async function startServer(
  listen: string,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  // Loaded here: it keeps 10 MB resident, and most agents have no inbox.
  const { createServer } = await import('node:http');
  const limits = { headersTimeout: recordInboxMsMax, requestTimeout: recordInboxMsMax };
  const server = createServer({ ...limits, maxHeaderSize: 8_192 }, onRequest);
  server.maxConnections = recordInboxConnectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).once('listening', resolve);
    if (listen.startsWith('/')) listenOnSocket(server, listen);
    else server.listen(portOf(listen), hostOf(listen));
  });
  return server;
}

function listenOnSocket(server: Server, path: string): void {
  // Of an agent that was killed.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
  const before = process.umask(OWNER_ONLY);
  server.listen(path);
  process.umask(before);
}

function portOf(listen: string): number {
  return Number(listen.slice(listen.lastIndexOf(':') + 1));
}

function hostOf(listen: string): string {
  return listen.slice(0, listen.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

function refusal({ method, headers }: IncomingMessage, token: string, isKnown: boolean) {
  if (token !== '' && !isSame(headers.authorization ?? '', `Bearer ${token}`)) return 401;
  if (!isKnown) return 404;
  return method === 'POST' ? null : 405;
}

/** In the same time, however much of it fits. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Null when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request) {
    length += (piece as Uint8Array).length;
    if (length > recordReadBytesMax) return null;
    pieces.push(piece as Uint8Array);
  }
  return Buffer.concat(pieces);
}

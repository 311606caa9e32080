/**
 * The floor of a server that answers for what it wrote down: it reads a body's JSON, puts two rows
 * into SQLite, as long as an event's and a decision's, and decides nothing. Two threads, hand-overs
 * of up to 32, one transaction and one sync each, pages and checkpoints as the store's. What a
 * decision costs above this is what reading, linking, counting and judging cost.
 * DIRECTORY; prints its port.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

interface Rows {
  readonly number: number;
  readonly event: string;
  readonly decision: string;
}

const HAND_OVER_MAX = 32;
/** Of the rows that the server writes for the bench's bodies. */
const EVENT_LENGTH = 1_200;
const DECISION_LENGTH = 1_700;

if (isMainThread) serve(process.argv[2] ?? '');
else write(String(workerData));

function serve(directory: string): void {
  const writer = new Worker(import.meta.filename, { workerData: directory });
  const waiting = new Map<number, ServerResponse>();
  const ahead: Rows[] = [];
  let isWriting = false;
  let last = 0;
  const handOver = (): void => {
    if (isWriting || ahead.length === 0) return;
    isWriting = true;
    writer.postMessage(ahead.splice(0, HAND_OVER_MAX));
  };
  writer.on('message', (numbers: readonly number[]) => {
    isWriting = false;
    for (const number of numbers) {
      waiting.get(number)?.end();
      waiting.delete(number);
    }
    handOver();
  });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const number = ++last;
      waiting.set(number, response);
      ahead.push({ number, ...rowsOf(Buffer.concat(chunks).toString()) });
      if (ahead.length === 1) setImmediate(handOver);
    });
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

function rowsOf(body: string): Omit<Rows, 'number'> {
  const text = JSON.stringify(JSON.parse(body));
  return {
    event: text.slice(0, EVENT_LENGTH).padEnd(EVENT_LENGTH),
    decision: text.slice(0, DECISION_LENGTH).padEnd(DECISION_LENGTH),
  };
}

function write(directory: string): void {
  const database = new DatabaseSync(join(directory, 'two-rows.db'));
  database.exec(`
    PRAGMA page_size = 8192;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 1000;
    PRAGMA cache_size = -65536;
    CREATE TABLE events (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE decisions (sequence INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  `);
  const addEvent = database.prepare('INSERT INTO events VALUES (?, ?)');
  const addDecision = database.prepare('INSERT INTO decisions VALUES (?, ?)');
  parentPort?.on('message', (batch: readonly Rows[]) => {
    database.exec('BEGIN IMMEDIATE');
    for (const { number, event, decision } of batch) {
      addEvent.run(number, event);
      addDecision.run(number, decision);
    }
    database.exec('COMMIT');
    parentPort?.postMessage(batch.map(({ number }) => number));
  });
}

/**
 * The pods of this node, asked of the cluster's API every 15 s. It needs `list` on pods and nothing
 * else; asking a kubelet instead would need `nodes/proxy`, with which one may run commands in any
 * pod. Its token is read anew each time, for the kubelet renews it.
 */
import { readFileSync } from 'node:fs';
import { podListBytesMax } from '../../base/sensor-limits.ts';
import { SECOND_MS } from '../../base/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { type Pod, parsePodList } from '../../sensor/jobs/pod-list.ts';

const EVERY_MS = 15 * SECOND_MS;
const ANSWER_MS_MAX = 10 * SECOND_MS;

export interface PodWatchOptions {
  /** `https://10.0.0.1:443` */
  readonly api: string;
  readonly node: string;
  /** Where the service account's `token` and `ca.crt` are. */
  readonly account: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PodWatch {
  readonly pods: ReadonlyMap<string, Pod>;
  /** Asks once; whether there was an answer. Asking goes on by itself from then on. */
  ask(): Promise<boolean>;
  stop(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the API is, if this is a pod with a node's name; else null. */
export function clusterOf(environment: Environment): { api: string; node: string } | null {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? '443';
  const node = environment['DAVYLAMP_NODE_NAME'];
  if (!host || !node) return null;
  return { api: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, node };
}

export function createPodWatch(options: PodWatchOptions): PodWatch {
  const { clock, log } = options;
  let pods: ReadonlyMap<string, Pod> = new Map();
  let cancel = (): void => {};
  let isStopped = false;
  const ask = async (): Promise<boolean> => {
    const found = await listPods(options).catch((error: Error) => error);
    if (found instanceof Map) pods = found;
    else log.warn('pods are not known', { why: `${found}` });
    if (!isStopped) cancel = clock.after(EVERY_MS, () => void ask());
    return found instanceof Map;
  };
  return {
    get pods() {
      return pods;
    },
    ask,
    stop() {
      isStopped = true;
      cancel();
    },
  };
}

async function listPods({ api, node, account }: PodWatchOptions): Promise<unknown> {
  const query = new URLSearchParams({ fieldSelector: `spec.nodeName=${node}`, limit: '500' });
  const url = new URL(`/api/v1/pods?${query}`, api);
  const token = readFileSync(`${account}/token`, 'utf8').trim();
  const isTls = url.protocol === 'https:';
  // Loaded here: they keep 10 MB resident, and most agents are in no cluster.
  const { request } = isTls ? await import('node:https') : await import('node:http');
  const body = await new Promise<Uint8Array>((resolve, reject) => {
    const sent = request(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...(isTls ? { ca: readFileSync(`${account}/ca.crt`) } : {}),
    });
    sent.on('error', reject).on('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      const pieces: Uint8Array[] = [];
      let length = 0;
      response.on('error', reject).on('data', (piece: Uint8Array) => {
        length += piece.length;
        if (length > podListBytesMax) response.destroy(new Error('the list is too long'));
        else pieces.push(piece);
      });
      response.on('end', () => resolve(Buffer.concat(pieces)));
    });
    sent.end();
  });
  return parsePodList(body) ?? new Error('the answer is no list of pods');
}

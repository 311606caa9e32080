import { isObject, type Json, parseJson } from '../../base/json.ts';
import { podListBytesMax, podsPerNodeMax } from '../../base/sensor-limits.ts';
import { textsOf } from './docker-containers.ts';

export interface Pod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The pods of a node by uid, from the API's answer to `GET /api/v1/pods` with `spec.nodeName`; null
 * when it is none. A static pod's cgroup has the hash of its definition, which stands beside its
 * uid in an annotation.
 */
export function parsePodList(body: Uint8Array): ReadonlyMap<string, Pod> | null {
  const parsed = parseJson(body, podListBytesMax);
  const items = parsed.ok && isObject(parsed.value) ? parsed.value['items'] : null;
  if (!Array.isArray(items)) return null;
  const pods = new Map<string, Pod>();
  for (const item of (items as readonly Json[]).slice(0, podsPerNodeMax)) {
    const pod = readPod(item);
    if (pod === null) continue;
    pods.set(pod.uid, pod);
    const hash = pod.annotations['kubernetes.io/config.hash'];
    if (hash !== undefined) pods.set(hash, pod);
  }
  return pods;
}

function readPod(item: Json): Pod | null {
  const metadata = isObject(item) ? item['metadata'] : null;
  if (!isObject(metadata)) return null;
  const { uid, namespace, name, labels, annotations } = metadata;
  if (typeof uid !== 'string' || typeof namespace !== 'string' || typeof name !== 'string') {
    return null;
  }
  return { uid, namespace, name, labels: textsOf(labels), annotations: textsOf(annotations) };
}

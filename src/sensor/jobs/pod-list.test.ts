import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePodList } from './pod-list.ts';

const BODY = {
  kind: 'PodList',
  apiVersion: 'v1',
  metadata: { resourceVersion: '812' },
  items: [
    {
      metadata: {
        name: 'build-7',
        namespace: 'ci',
        uid: '8dbc4577-4dbb-4bf4-9b9c-3b1b4d8a1a77',
        labels: { app: 'runner' },
        annotations: { 'davylamp.job': 'gitlab/42/9-abc' },
      },
    },
    {
      metadata: {
        name: 'etcd-node1',
        namespace: 'kube-system',
        uid: '11111111-4dbb-4bf4-9b9c-3b1b4d8a1a77',
        annotations: { 'kubernetes.io/config.hash': 'abababababababababababababababab' },
      },
    },
    { metadata: { name: 'no uid' } },
    null,
  ],
};

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

test('pods by uid, static ones by the hash of their definition as well', () => {
  const pods = parsePodList(bytesOf(BODY));
  assert.equal(pods?.size, 3);
  assert.equal(pods?.get('8dbc4577-4dbb-4bf4-9b9c-3b1b4d8a1a77')?.namespace, 'ci');
  assert.equal(pods?.get('abababababababababababababababab')?.name, 'etcd-node1');
});

test('what is no list of pods is none', () => {
  for (const value of [{}, [], null, { items: {} }, 'x']) {
    assert.equal(parsePodList(bytesOf(value)), null);
  }
  assert.equal(parsePodList(new TextEncoder().encode('{"items":')), null);
});

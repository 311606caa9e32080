import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax, jobNameLengthMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf } from '../../model/source-text.ts';
import { checkPlaces, commandsOf, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { oracleCloudReader } from './definition.ts';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return oracleCloudReader.read('launch.json', text);
}

function jobsOf(text: string): readonly Job[] {
  const { jobs, unread } = read(text);
  assert.deepEqual(unread, []);
  return jobs;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

test('it claims no name, and knows a request by its words', () => {
  const { byContent } = oracleCloudReader;
  assert.ok(byContent);
  assert.equal(oracleCloudReader.claims('launch.json'), false);
  assert.equal(byContent.mayClaim('requests/Web.JSON'), true);
  assert.equal(byContent.mayClaim('launch.yaml'), false);
  const names = ['launch-instance', 'instance-pool', 'container-instance', 'run-command'];
  for (const name of names) assert.equal(byContent.recognises(fixture(`${name}.json`)), true, name);
  for (const text of [
    '{"shape": "VM.Standard1.2", "metadata": {}}',
    '\n[{"instance_configuration_id": "x", "size": 3}]',
  ]) {
    assert.equal(byContent.recognises(text), true, text);
  }
  for (const text of [
    ...['', '{}', '{"shape": "round", "metadata": {}}', '{"compartmentId": "x", "size": 1}'],
    'compartmentId: x\nshape: "VM.x"\n',
  ]) {
    assert.equal(byContent.recognises(text), false, text);
  }
});

test('an instance: its user data, image, shape and metadata', () => {
  const text = fixture('launch-instance.json');
  const [job, ...more] = jobsOf(text);
  assert.deepEqual(more, []);
  assert.equal(job?.name, 'web-1');
  assert.deepEqual(commandsOf(job), [
    ['sh', 'apt-get install -y nginx'],
    ['sh', "systemctl enable --now nginx\nsh -c 'echo ready > /run/ready'"],
  ]);
  assert.deepEqual(texts(job?.images), ['ocid1.image.oc1.eu-frankfurt-1.example']);
  assert.deepEqual(job?.machine, ['VM.Standard.A1.Flex', 'ocpus 2', 'memoryInGBs 12']);
  assert.deepEqual(variablesOf(job), [
    'metadata.ssh_authorized_keys=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample web@example.com',
    'metadata.site.greeting=hello',
  ]);
  checkPlaces(read(text), text, ['web@example.com', 'hello', 'ocid1.image']);
});

test('a command of encoded user data stands where that does, with its layers', () => {
  const text = fixture('launch-instance.json');
  const line = text.split('\n').findIndex((each) => each.includes('user_data')) + 1;
  for (const { source, encoded } of jobsOf(text)[0]?.commands ?? []) {
    assert.ok(encoded);
    assert.equal(placeOf(source, 0, source.text.length).line, line);
    const place = placeOf(encoded.source, 0, 4);
    const shown = text.split('\n')[line - 1]?.slice(place.column - 1, place.endColumn - 1);
    assert.equal(shown, encoded.source.text.slice(0, 4));
    assert.equal(encoded.layers.length, 1);
    assert.ok(encoded.layers[0]?.startsWith('#cloud-config\n'));
  }
});

test('a configuration and its pool, with packed user data', () => {
  const [job, ...more] = jobsOf(fixture('instance-pool.json'));
  assert.deepEqual(more, []);
  assert.equal(job?.name, 'builder');
  assert.equal(job?.fanOut, 6);
  assert.deepEqual(job?.machine, [
    ...['VM.Standard.E5.Flex', 'ocpus 8', 'memory-in-gbs 64', 'preemptible'],
  ]);
  assert.match(
    commandsOf(job)[0]?.[1] ?? '',
    /^#!\/bin\/bash\nset -e\ncurl .*\n.*--queue builds\n$/,
  );
});

test('containers and commands', () => {
  const text = fixture('container-instance.json');
  const [instance, container] = jobsOf(text);
  assert.deepEqual(instance?.machine, ['CI.Standard.E4.Flex', 'ocpus 1', 'memoryInGBs 4']);
  assert.deepEqual(commandsOf(container), [['sh', `/bin/sh -c 'resize --watch "$BUCKET"'`]]);
  assert.deepEqual(variablesOf(container), ['BUCKET=uploads']);
  assert.deepEqual(texts(container?.images), ['registry.example.com/resize:3']);
  checkPlaces(read(text), text, ['/bin/sh', 'resize --watch', 'uploads']);
  const [command] = jobsOf(fixture('run-command.json'));
  assert.deepEqual(commandsOf(command), [['sh', 'set -e\ndf -h /\nuptime']]);
  const remote =
    '{"source": {"sourceType": "OBJECT_STORAGE_URI", "sourceUri": "https://example.com/x"}}';
  assert.deepEqual(texts(jobsOf(remote)[0]?.remoteCode), ['https://example.com/x']);
});

test('names in any case, plain user data, files, boot scripts', () => {
  const script = base64('#!/bin/sh\ndate\n');
  for (const key of ['user_data', 'user-data', 'userData']) {
    const [job] = jobsOf(`{"Shape": "VM.x", "METADATA": {"${key}": "${script}"}}`);
    assert.deepEqual(commandsOf(job), [['sh', '#!/bin/sh\ndate\n']], key);
  }
  const plain = jobsOf('{"shape": "VM.x", "extended_metadata": {"user_data": "#!/bin/sh\\ndate"}}');
  assert.deepEqual(commandsOf(plain[0]), [['sh', '#!/bin/sh\ndate']]);
  assert.equal(plain[0]?.commands[0]?.encoded, undefined);
  const [job] = jobsOf('{"shape": "VM.x", "userDataFile": "a.sh", "ipxeScript": "#!ipxe\\nboot"}');
  assert.deepEqual(texts(job?.filesRun), ['a.sh']);
  assert.deepEqual(commandsOf(job), [['other', '#!ipxe\nboot']]);
});

test('odd types are read as what they can be, or said to be unread', () => {
  assert.deepEqual(
    jobsOf('[{"shape": ["VM.x"], "displayName": 7, "metadata": {"a": ["b", "c"]}}]').flatMap(
      variablesOf,
    ),
    ['metadata.a=b', 'metadata.a=c'],
  );
  assert.deepEqual(jobsOf('{"metadata": "x", "shape": null}').flatMap(variablesOf), []);
  const unread = (text: string): string => read(text).unread[0] ?? '';
  assert.match(unread('{"metadata": {"user_data": "?"}}'), /line 1: user data is no base64/);
  assert.match(unread('{"metadata": {"user_data": {"a": 1}}}'), /a text should stand/);
  assert.match(unread('{"shape": "a", "shape": "b"}'), /`shape` stands twice/);
  assert.match(unread('{"shape": '), /^not-yaml/);
  assert.match(unread('"x"'), /a definition should stand/);
});

test('limits: copies, names', () => {
  const pool = (size: string): number | undefined =>
    jobsOf(`[{"shape": "VM.x"}, {"instanceConfigurationId": "i", "size": ${size}}]`)[0]?.fanOut;
  assert.equal(pool('99999999'), fanOutMax);
  for (const odd of ['-1', '"x"', 'null', '[]', '1.5']) assert.equal(pool(odd), 1, odd);
  const scaled = jobsOf('{"policies": [{"capacity": {"initial": 1, "max": 40}}], "shape": "VM.x"}');
  assert.equal(scaled[0]?.fanOut, 40);
  const [named] = jobsOf(`{"shape": "VM.x", "displayName": "${'n'.repeat(1_000)}"}`);
  assert.equal(named?.name.length, jobNameLengthMax);
});

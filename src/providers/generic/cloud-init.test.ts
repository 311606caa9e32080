import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MIB, userDataDecodedLengthMax, userDataDepthMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf } from '../../model/source-text.ts';
import { cloudInitReader } from './cloud-init.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'web.cloud-init.yaml'), 'utf8');

function read(text: string): JobDefinition {
  return cloudInitReader.read('user-data', text);
}

function jobOf({ jobs }: JobDefinition): Job {
  assert.equal(jobs.length, 1);
  const [job] = jobs;
  assert.ok(job);
  return job;
}

function commandsOf(text: string): readonly string[] {
  return jobOf(read(text)).commands.map(({ source, shell }) => `${shell}: ${source.text}`);
}

function base64(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64');
}

test('it claims by name, but not what belongs to a CI service', () => {
  for (const path of ['user-data', 'vm/user-data', 'cloud-init.yaml', 'a/cloud-init-web.yml']) {
    assert.equal(cloudInitReader.claims(path), true, path);
  }
  for (const path of ['user-data.md', '.github/workflows/cloud-init.yml', 'cloud-init.sh']) {
    assert.equal(cloudInitReader.claims(path), false, path);
  }
});

test('it knows user data by how it starts, whatever the file is called', () => {
  const { byContent } = cloudInitReader;
  assert.ok(byContent);
  for (const path of ['seed/userdata', 'web.cfg', 'init.yaml.tpl', 'setup.txt']) {
    assert.equal(byContent.mayClaim(path), true, path);
  }
  assert.equal(byContent.mayClaim('main.c'), false);
  for (const text of [
    ...['#cloud-config\nruncmd: []\n', '\n #Cloud-Config\n', '#cloud-config-archive\n- x\n'],
    'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/cloud-config\n\n',
  ]) {
    assert.equal(byContent.recognises(text), true, text);
  }
  for (const text of ['#include <stdio.h>\n', '#!/bin/sh\n', 'a: #cloud-config\n', '']) {
    assert.equal(byContent.recognises(text), false, text);
  }
});

test('commands in the order in which cloud-init runs them', () => {
  const definition = read(FIXTURE);
  assert.deepEqual(definition.unread, []);
  const job = jobOf(definition);
  assert.deepEqual(
    job.commands.map(({ source }) => source.text),
    [
      "echo 'vm.swappiness=10' > /etc/sysctl.d/90-swap.conf\nsysctl --system",
      "cat > /opt/build.sh <<'END'\n#!/bin/sh\nset -e\nmake -C /srv/site all\nEND",
      'printf %s V2VsY29tZSB0byB0aGUgYnVpbGQgbWFjaGluZQo= | base64 -d > /etc/motd',
      "cat >> /etc/nginx/conf.d/site.conf <<'END'\nserver_tokens off;\nEND",
      "cat > /etc/apt/apt.conf.d/94cloud-init-config <<'END'\n" +
        'APT::Install-Recommends "0";\nDPkg::Post-Invoke { "logger packages changed"; };\nEND',
      'snap install jq',
      'snap refresh --hold',
      'snap install certbot',
      'apt-get install -y git nginx 1.26.2-1 build-essential',
      'ansible-galaxy collection install community.general',
      'git clone https://git.example.com/site.git /srv/site\n' +
        "sh -c 'echo built on $(hostname)'\n/opt/build.sh\nsystemctl restart nginx",
      'test -f /run/done',
    ],
  );
  assert.deepEqual(
    job.remoteCode.map(({ text }) => text),
    [
      'deb https://deb.example.com/node nodistro main',
      'https://git.example.com/ops/playbooks.git',
      'https://files.example.com/report',
    ],
  );
});

test('words stand where they stand in the file', () => {
  const lines = FIXTURE.split('\n');
  const { commands, remoteCode } = jobOf(read(FIXTURE));
  const sources = [...commands.map(({ source }) => source), ...remoteCode];
  for (const words of [
    ...['vm.swappiness=10', '--system', 'make -C /srv/site all', 'V2VsY29t', 'server_tokens'],
    ...['build-essential', 'echo built on', '/opt/build.sh\nsystemctl', 'restart nginx', 'deb ht'],
    ...['DPkg::Post-Invoke', 'https://files.example.com/report', 'test -f'],
  ]) {
    const source = sources.find(({ text }) => text.includes(words));
    assert.ok(source, words);
    const at = source.text.indexOf(words);
    const [first = ''] = words.split('\n');
    const { line, column } = placeOf(source, at, at + first.length);
    assert.equal(lines[line - 1]?.slice(column - 1, column - 1 + first.length), first);
  }
});

test('scripts, boot hooks, part handlers, addresses', () => {
  assert.deepEqual(commandsOf('#!/bin/bash\nmake\n'), ['sh: #!/bin/bash\nmake\n']);
  assert.deepEqual(commandsOf('#!/usr/bin/env python3\nx()\n'), [
    'python: #!/usr/bin/env python3\nx()\n',
  ]);
  assert.deepEqual(commandsOf('#cloud-boothook\n#!/bin/sh\ndate\n'), ['sh: #!/bin/sh\ndate\n']);
  assert.deepEqual(commandsOf('#part-handler\ndef list_types(): pass'), [
    'python: #part-handler\ndef list_types(): pass',
  ]);
  assert.deepEqual(commandsOf('#upstart-job\nexec date\n'), ['sh: exec date\n']);
  assert.deepEqual(commandsOf('<powershell>\nGet-Date\n</powershell>\n'), [
    'powershell: Get-Date\n',
  ]);
  assert.deepEqual(commandsOf('#ps1_sysnative\nGet-Date\n'), ['powershell: Get-Date\n']);
  const include = '#include-once https://example.com/a\n# no\n  https://example.com/b\r\n\n';
  const { remoteCode } = jobOf(read(include));
  assert.deepEqual(remoteCode, [
    { path: 'user-data', text: 'https://example.com/a', segments: [0, 1, 15] },
    { path: 'user-data', text: 'https://example.com/b', segments: [0, 3, 3] },
  ]);
});

test('archives and changes to settings', () => {
  const archive =
    '#cloud-config-archive\n- |\n  #!/bin/sh\n  date\n' +
    '- type: text/cloud-config\n  content: |\n    runcmd: [uptime]\n- [x]\n';
  assert.deepEqual(commandsOf(archive), ['sh: #!/bin/sh\ndate\n', 'sh: uptime']);
  const patch =
    '#cloud-config-jsonp\n[{"op": "add", "path": "/runcmd/-", "value": "uptime"},\n' +
    ' {"op": "add", "path": "/runcmd", "value": ["date", ["echo", "a b"]]}]';
  assert.deepEqual(commandsOf(patch), ['sh: uptime', "sh: date\necho 'a b'"]);
});

const MULTIPART = `Content-Type: multipart/mixed;
 boundary="==one=="
MIME-Version: 1.0

--==one==
Content-Type: text/x-shellscript; charset="us-ascii"
Content-Disposition: attachment; filename="a.sh"

#cloud-config is a comment to a shell
date
--==one==
Content-Type: text/cloud-config
Content-Transfer-Encoding: base64

${base64('#cloud-config\nruncmd:\n  - uptime\n')}
--==one==
Content-Type: multipart/mixed; boundary=two

--two
Content-Type: text/plain

#cloud-config
bootcmd: [hostname]
--two--
--==one==--
--==one==
Content-Type: text/x-shellscript

never read
`;

test('parts of a multipart text, encoded ones and those inside one another', () => {
  const definition = read(MULTIPART);
  assert.deepEqual(definition.unread, []);
  const { commands } = jobOf(definition);
  assert.deepEqual(
    commands.map(({ source }) => source.text),
    ['#cloud-config is a comment to a shell\ndate\n', 'uptime', 'hostname'],
  );
  const [script, encoded, nested] = commands;
  assert.ok(script && encoded?.encoded && nested);
  assert.equal(placeOf(script.source, 38, 42).line, 10);
  assert.equal(placeOf(nested.source, 0, 8).line, 23);
  assert.equal(placeOf(nested.source, 0, 8).column, 11);
  assert.deepEqual(encoded.source.segments, [0, 15, 1]);
  assert.equal(encoded.encoded.source.text.trim(), base64('#cloud-config\nruncmd:\n  - uptime\n'));
  assert.deepEqual(encoded.encoded.layers, ['#cloud-config\nruncmd:\n  - uptime\n']);
});

test('files that cloud-init decodes are decoded by the command that writes them', () => {
  const file = (more: string): string => `#cloud-config\nwrite_files: [{path: /a, ${more}}]`;
  const packed = base64(gzipSync('x'));
  assert.deepEqual(commandsOf(file(`content: ${packed}, encoding: gz+b64`)), [
    `sh: printf %s ${packed} | base64 -d | gunzip > /a`,
  ]);
  assert.deepEqual(commandsOf(file(`content: !!binary ${packed}, encoding: gzip`)), [
    `sh: printf %s ${packed} | base64 -d | gunzip > /a`,
  ]);
  assert.deepEqual(commandsOf(file('content: !!binary eAo=')), [
    'sh: printf %s eAo= | base64 -d > /a',
  ]);
  assert.deepEqual(commandsOf(file('content: x, encoding: unknown')), [
    "sh: cat > /a <<'END'\nx\nEND",
  ]);
  assert.deepEqual(commandsOf(file('permissions: x')), []);
});

test('an installer has commands of its own and settings for what it installs', () => {
  const text =
    '#cloud-config\nautoinstall:\n  early-commands: [date]\n  packages: [git]\n' +
    '  snaps: [{name: jq}]\n  late-commands:\n    - [curtin, in-target, --, ls]\n' +
    '  user-data: {runcmd: [uptime], autoinstall: {early-commands: [never]}}\n';
  assert.deepEqual(commandsOf(text), [
    ...['sh: date', 'sh: curtin in-target -- ls', 'sh: apt-get install -y git'],
    ...['sh: snap install jq', 'sh: uptime'],
  ]);
});

test('odd types are read as what they can be, or said to be unread', () => {
  assert.deepEqual(commandsOf('#cloud-config\nruncmd: date\n'), ['sh: date']);
  assert.deepEqual(commandsOf('#cloud-config\nruncmd: [[[a], b], ~, 7]\n'), ['sh: a b\n7']);
  const circle = read('#cloud-config\nx: &x [*x, date]\nruncmd: *x\n');
  assert.match(circle.unread[0] ?? '', /nodes to visit/);
  const odd = '#cloud-config\nruncmd: [{a: b}]\nwrite_files: [x]\nruncmd: [date]\n';
  assert.deepEqual(read(odd).unread, [
    'the key `runcmd` stands twice (line 4 and before): readers disagree on which one counts; ' +
      'both were read',
    'line 3: text where a file to write should stand was not read',
    'line 2: a map where a command should stand was not read',
  ]);
  assert.match(read('#cloud-config\na: [').unread[0] ?? '', /^not-yaml in the text at line/);
  assert.match(read('hello').unread[0] ?? '', /does not know/);
  assert.deepEqual(read('').unread, []);
  assert.match(read('x'.repeat(5 * MIB)).unread[0] ?? '', /too large/);
});

test('user data goes only so deep and comes to only so much', () => {
  const nested = Array.from({ length: userDataDepthMax }).reduce<string>(
    (inner) => `#cloud-config-archive\n- ${JSON.stringify(inner)}\n`,
    '#!/bin/sh\ndate\n',
  );
  assert.deepEqual(commandsOf(nested), ['sh: #!/bin/sh\ndate\n']);
  const deeper = `#cloud-config-archive\n- ${JSON.stringify(nested)}\n`;
  assert.deepEqual(read(deeper).unread, [
    `gave up: user data nests deeper than ${userDataDepthMax}; the rest was not read`,
  ]);
  const part = (body: string): string =>
    `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n` +
    `Content-Transfer-Encoding: base64\n\n${body}\n--b--\n`;
  const bomb = gzipSync(`#!/bin/sh\n${'x'.repeat(userDataDecodedLengthMax)}`);
  assert.match(read(part(base64(bomb))).unread[0] ?? '', /line 7: user data unpacks to more/);
  assert.match(read(part('?')).unread[0] ?? '', /is no base64/);
  assert.match(read(part(base64(Buffer.from([0x80, 0x81])))).unread[0] ?? '', /no UTF-8/);
  assert.match(read(part(base64(Buffer.from([0x1f, 0x8b, 1])))).unread[0] ?? '', /broken/);
});

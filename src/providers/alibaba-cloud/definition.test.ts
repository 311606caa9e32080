// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates write their variables so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  fanOutMax,
  jobNameLengthMax,
  MIB,
  requestParametersMax,
  yamlDepthMax,
} from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf } from '../../model/source-text.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { alibabaCloudReader } from './definition.ts';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return alibabaCloudReader.read('request.json', text);
}

function jobOf(text: string): Job {
  const { jobs, unread } = read(text);
  assert.deepEqual(unread, []);
  assert.ok(jobs[0]);
  return jobs[0];
}

/** The machine of a template whose user data is this. */
function machineOf(userData: string, more = ''): JobDefinition {
  return read(
    `ROSTemplateFormatVersion: '2015-09-01'\n${more}Resources:\n  M:\n` +
      `    Type: ALIYUN::ECS::Instance\n    Properties:\n      UserData: ${userData}\n`,
  );
}

function linesOf(definition: JobDefinition): readonly string[] {
  return definition.jobs.flatMap((job) => commandsOf(job).map(([, text]) => text));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const site = read(fixture('site.ros.yaml'));

test('it claims no name, and knows requests and templates by their words', () => {
  const { byContent } = alibabaCloudReader;
  assert.ok(byContent);
  assert.equal(alibabaCloudReader.claims('run-instances.json'), false);
  for (const path of ['a.json', 'b/site.ros.yaml', 'c.http', 'd.TXT']) {
    assert.equal(byContent.mayClaim(path), true, path);
  }
  assert.equal(byContent.mayClaim('main.tf'), false);
  for (const name of ['run-instances.json', 'run-instances.http', 'site.ros.yaml']) {
    assert.equal(byContent.recognises(fixture(name)), true, name);
  }
  for (const text of [
    'RegionId: cn-hangzhou\nUserData: x\n',
    'https://ecs.aliyuncs.com/?Action=RunCommand&CommandContent=x',
    '{"ROSTemplateFormatVersion": "2015-09-01"}',
  ]) {
    assert.equal(byContent.recognises(text), true, text);
  }
  for (const text of [
    ...['', '{"RegionId": "x"}', '{"InstanceType": "t3.nano", "UserData": "x"}', 'MyRegionId: x'],
    'https://ec2.amazonaws.com/?Action=RunInstances&Version=2016-11-15',
  ]) {
    assert.equal(byContent.recognises(text), false, text);
  }
});

test('a request as JSON', () => {
  const text = fixture('run-instances.json');
  const job = jobOf(text);
  assert.equal(job.name, 'web-[1,3]');
  assert.equal(job.fanOut, 5);
  assert.deepEqual(job.machine, ['ecs.c8y.xlarge', 'SpotAsPriceGo']);
  assert.deepEqual(texts(job.images), ['ubuntu_24_04_x64_20G_alibase_20260815.vhd']);
  const [command] = job.commands;
  assert.ok(command?.encoded);
  const script = '#!/bin/bash\napt-get install -y nginx\nsystemctl enable --now nginx\n';
  assert.equal(command.source.text, script);
  assert.deepEqual(command.encoded.layers, [script]);
  const { line, column } = placeOf(command.encoded.source, 0, 1);
  assert.equal(
    text
      .split('\n')
      [line - 1]?.slice(column - 1)
      .startsWith(base64(script)),
    true,
  );
});

test('a request as a query, over several lines', () => {
  const text = fixture('run-instances.http');
  const job = jobOf(text);
  assert.equal(job.name, 'clock');
  assert.equal(job.fanOut, 2);
  assert.deepEqual(job.machine, ['ecs.g8i.large']);
  assert.deepEqual(commandsOf(job), [['sh', 'date -u']]);
  checkPlaces(read(text), text, ['debian_12_x64_20G_alibase_20260815.vhd']);
  const userData = text.split('\n').findIndex((line) => line.includes('UserData')) + 1;
  assert.equal(job.commands[0]?.source.segments[1], userData);
  const group =
    'Action=CreateContainerGroup&RegionId=x&Container.1.Image=a%3A1&Container.1.Command.1=run' +
    '&Container.1.Arg.1=--all%20day&Container.1.EnvironmentVar.1.Key=K' +
    '&Container.1.EnvironmentVar.1.Value=v&Container.2.Image=b&Container.2.Arg.1=-x';
  const { jobs } = read(group);
  assert.deepEqual(jobs.map(linesOfJob), [["run '--all day'"], ['b -x']]);
  assert.deepEqual(variablesOf(jobs[0]), ['K=v']);
});

function linesOfJob(job: Job): readonly string[] {
  return commandsOf(job).map(([, text]) => text);
}

test('resources of a template: machines, groups, commands, containers', () => {
  assert.deepEqual(site.unread, []);
  assert.deepEqual(
    site.jobs.map(({ name, fanOut }) => [name, fanOut]),
    [
      ['Web', 3],
      ['Configuration', 7],
      ['check', 1],
      ['worker', 1],
    ],
  );
  assert.deepEqual(linesOf(site), [
    '#!/bin/sh\nset -e\nhostnamectl set-hostname site.example.com\nsystemctl start site\n',
    ...['systemctl start worker', 'uptime\ndf -h /\n', '/bin/worker --queue orders'],
  ]);
  const check = jobNamed(site, 'check');
  assert.equal(check.timeoutSeconds, 600);
  assert.deepEqual(check.schedules, ['0 */20 * * * *']);
  assert.ok(check.commands[0]?.encoded);
  assert.deepEqual(jobNamed(site, 'Configuration').machine, [
    ...['ecs.c7.large', 'ecs.c7.xlarge', 'SpotWithPriceLimit'],
  ]);
  assert.deepEqual(variablesOf(jobNamed(site, 'worker')), [
    ...['Domain=site.example.com', 'MachineType=ecs.c7.large', 'MODE=fast'],
  ]);
  checkPlaces(site, fixture('site.ros.yaml'), [
    ...['set -e', 'hostnamectl', 'site.example.com', 'systemctl start worker', '/bin/worker'],
    ...['orders', 'registry.example.com/worker:2', 'centos_stream_9'],
  ]);
});

test('functions that make a text', () => {
  const parameters = 'Parameters: {P: {Default: date}, N: {Type: String}}\n';
  const made = (value: string): readonly string[] => linesOf(machineOf(value, parameters));
  for (const [value, expected] of Object.entries({
    '{"Fn::Join": ["", ["#!/bin/sh\\n", {Ref: P}]]}': '#!/bin/sh\ndate',
    '!Join ["\\n", ["#!/bin/sh", !Ref P]]': '#!/bin/sh\ndate',
    '{"Fn::Sub": "#!/bin/sh\\n${P} ${X} ${!Y}"}': '#!/bin/sh\ndate ${X} ${Y}',
    '!Sub ["#!/bin/sh\\n${P}", {}]': '#!/bin/sh\ndate',
    '{"Fn::Base64Encode": "#!/bin/sh\\na"}': '#!/bin/sh\na',
    '{"Fn::Replace": [{a: b}, {"Fn::Join": ["", ["#!/bin/sh\\nc"]]}]}': '#!/bin/sh\nc',
    '{"Fn::If": [C, "#!/bin/sh\\na", "b"]}': '#!/bin/sh\na\nb',
    '{"Fn::Join": ["", ["#!/bin/sh\\nx ", {"Fn::GetAtt": [A, B]}]]}':
      '#!/bin/sh\nx ${{ Fn::GetAtt }}',
    '["#!/bin/sh", "a"]': '#!/bin/sh\na',
  })) {
    assert.deepEqual(made(value), [expected], value);
  }
  for (const value of ['{Ref: N}', '{"Fn::GetAtt": [A, B]}']) {
    assert.match(machineOf(value, parameters).unread[0] ?? '', /does not stand in the file/, value);
  }
});

test('commands in base64 and as they stand', () => {
  const command = (content: string, more = ''): readonly string[] =>
    linesOf(read(`{"RegionId": "x", "CommandContent": ${JSON.stringify(content)}${more}}`));
  assert.deepEqual(command(base64('uptime\n')), ['uptime\n']);
  assert.deepEqual(command('date'), ['date']);
  assert.deepEqual(command('ls -l /'), ['ls -l /']);
  const plain = ', "ContentEncoding": "PlainText", "Type": "RunPowerShellScript"';
  assert.deepEqual(command(base64('uptime\n'), plain), [base64('uptime\n')]);
  const shell = read(`{"RegionId": "x", "CommandContent": "Get-Date"${plain}}`);
  assert.equal(shell.jobs[0]?.commands[0]?.shell, 'powershell');
});

test('odd types are read as what they can be, or said to be unread', () => {
  const odd = jobOf('[{"InstanceType": {"a": 1}, "ImageId": ["x", "y"], "UserData": null}]');
  assert.deepEqual(odd.machine, []);
  assert.deepEqual(texts(odd.images), ['x\ny']);
  const unread = (text: string): string => read(text).unread[0] ?? '';
  assert.match(unread('{"UserData": "?"}'), /line 1: user data is no base64/);
  assert.match(unread('{"Image": "a", "Command": {"b": 1}}'), /a command should stand/);
  assert.match(unread('{"UserData": "a", "UserData": "b"}'), /`UserData` stands twice/);
  assert.match(unread('{"UserData": '), /^not-yaml/);
  assert.deepEqual(read('Action=RunInstances&RegionId=x&UserData=%ZZ&=&Amount').jobs.length, 1);
});

test('limits: copies, names, depth, parameters, size', () => {
  const copies = (amount: string): number =>
    jobOf(`{"InstanceType": "x", "Amount": ${amount}}`).fanOut;
  assert.equal(copies('99999999'), fanOutMax);
  for (const none of ['-1', '"x"', 'null', '1.5']) assert.equal(copies(none), 1, none);
  const named = jobOf(`{"InstanceType": "x", "InstanceName": "${'n'.repeat(1_000)}"}`);
  assert.equal(named.name.length, jobNameLengthMax);
  const circle = machineOf('&a {"Fn::Join": ["", [*a]]}');
  assert.ok(circle.unread.some((sentence) => sentence.includes(`deeper than ${yamlDepthMax}`)));
  const many = `Action=RunInstances&RegionId=x${'&A=b'.repeat(requestParametersMax)}`;
  assert.match(read(many).unread[0] ?? '', /more than \d+ parameters/);
  const large = `Action=RunInstances&RegionId=x&UserData=${'x'.repeat(5 * MIB)}`;
  assert.match(read(large).unread[0] ?? '', /too large/);
});

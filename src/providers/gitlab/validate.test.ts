import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256Hex } from '../../base/hash.ts';
import {
  buildServicesMax,
  jobNameLengthMax,
  jsonDepthMax,
  knownBuildsTextMax,
  pipelineBuildsMax,
  pipelineServicesMax,
  validateBodyBytesMax,
} from '../../base/limits.ts';
import { ACTIONS } from '../../model/action.ts';
import { writeEvent } from '../../model/event.ts';
import { FACTS } from '../../model/fact.ts';
import { formatSubject } from '../../model/ids.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { placeOf } from '../../model/source-text.ts';
import { wholeText } from '../../model/test-whole-text.ts';
import type { HookAdmission } from '../../ports/provider.ts';
import { providerName } from '../_text/provider-name.ts';
import { gitlab } from './index.ts';
import { validateOf } from './validate.ts';

const validate = validateOf(gitlab.name);

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function admit(body: string | Uint8Array | null, correlationId = 'c-1'): HookAdmission {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return validate.admit({ headers: {}, body: bytes, correlationId, receivedAt: 1_000 });
}

function definitionOf({ definition }: HookAdmission): JobDefinition {
  assert.equal(definition?.kind, 'definition');
  return definition.definition;
}

/** A body that is right but for what `change` gives. */
function body(change: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...JSON.parse(fixture('validate-oldest.json')), ...change });
}

/** As GitLab writes it: the project first, and no blanks. */
function push(script: string, sha: string, project = 1): string {
  const builds = [{ name: 'test', script: [script] }];
  return JSON.stringify({
    project: { id: project },
    user: { id: 2 },
    pipeline: { sha },
    builds,
    total_builds_count: 0,
  });
}

test('builds that come again are the same definition, and other builds are not', () => {
  const once = admit(push('make again', '0'));
  const first = admit(push('make again', 'a'));
  const again = admit(push('make again', 'b'));
  assert.deepEqual(definitionOf(again), definitionOf(once));
  assert.equal(again.definition, first.definition);
  assert.ok(again.definition?.kind === 'definition' && again.definition.recurs);
  assert.notDeepEqual(again.event.subject, first.event.subject);
  assert.deepEqual(again.event.data['definition'], first.event.data['definition']);
  assert.equal(wholeText(writeEvent(again.event)), JSON.stringify(again.event.data));
  assert.equal(again.event.dataText?.definition, first.event.dataText?.definition);
  const other = admit(push('make other', 'b'));
  assert.equal(definitionOf(other).jobs[0]?.commands[0]?.source.text, 'make other');
  const text = push('make other', 'b');
  assert.equal(admit(text.replace(/}$/, ',"builds":[]}')).problem, 'duplicate-key');
  assert.equal(admit(text.replace('"builds":', '"builds" :')).problem, '');
  assert.equal(admit(text.replace('],"total', ']],"total')).problem, 'not-json');
  assert.equal(admit(`[${text}]`).problem, 'wrong-shape');
});

test('long builds are not kept', () => {
  const long = push('x'.repeat(knownBuildsTextMax), 'a');
  admit(long);
  assert.notEqual(admit(long).definition, admit(long).definition);
});

test('two instances have accounts of their own', () => {
  const other = gitlab.instanceNamed?.(providerName('gitlab-eu'));
  const bytes = new TextEncoder().encode(fixture('validate-newest.json'));
  const request = { headers: {}, body: bytes, correlationId: 'c-1', receivedAt: 1_000 };
  const [here, there] = [gitlab, other].map((one) => one?.hooks['validate']?.admit(request).event);
  assert.ok(here && there);
  assert.equal(
    formatSubject(there.subject),
    formatSubject(here.subject).replace('gitlab', 'gitlab-eu'),
  );
  assert.deepEqual([here.source, there.source], ['gitlab', 'gitlab-eu']);
});

test('the newest form: every field has its place in the event', () => {
  const text = fixture('validate-newest.json');
  const { event, problem } = admit(text);
  const hash = sha256Hex(text);
  assert.equal(problem, '');
  assert.equal(
    formatSubject(event.subject),
    'gitlab/90177/48201-1f0c7e0a4b0d4d3b9a8c7e6f5d4c3b2a19080706',
  );
  assert.equal(wholeText(writeEvent(event)), JSON.stringify(event.data));
  assert.deepEqual(
    { ...event, subject: null, dataText: null },
    {
      source: 'gitlab',
      dataText: null,
      id: `c-1:${hash.slice(0, 16)}`,
      type: 'job.requested',
      subject: null,
      time: 1_000,
      bodyHash: hash,
      data: {
        project: '48201',
        projectPath: 'green-otters/site',
        projectCreatedAt: '2026-11-02T08:15:30.123Z',
        trigger: 'push',
        pipeline: { sha: '1f0c7e0a4b0d4d3b9a8c7e6f5d4c3b2a19080706', ref: 'main' },
        account: {
          username: 'mira.holm',
          email: 'mira.holm@example.com',
          createdAt: '2026-10-30T19:02:11.000Z',
          plan: 'free',
          trial: false,
          signIns: 12,
          similarCards: 1,
          similarCardHolders: 2,
          currentIp: '203.0.113.7',
          lastIp: '2001:db8::7',
        },
        jobsAlive: 3,
        definition: {
          dialect: 'shell',
          files: [
            {
              path: 'builds/build',
              text: 'npm ci\nnpm run build\nnpm run pack\necho "done"',
            },
            { path: 'builds/test 1/2', text: 'TARGET=all\nmake "$TARGET"' },
          ],
        },
        fanOut: 2,
        images: ['node:24', 'postgres:17'],
        tags: ['linux', 'small'],
      },
    },
  );
});

test('the newest form: one job a build', () => {
  const { dialect, path, jobs, unread } = definitionOf(admit(fixture('validate-newest.json')));
  assert.deepEqual([dialect, path, unread], ['gitlab', 'builds', []]);
  assert.deepEqual(
    jobs.map(({ name, machine }) => [name, machine]),
    [
      ['build', ['linux', 'small']],
      ['test 1/2', []],
    ],
  );
  const [build] = jobs;
  assert.deepEqual(
    build?.images.map(({ path: place, text }) => [place, text]),
    [
      ['builds/build', 'node:24'],
      ['builds/build', 'postgres:17'],
    ],
  );
  const source = build?.commands[0]?.source;
  assert.ok(source);
  const at = source.text.indexOf('run pack');
  const { line, column } = placeOf(source, at, at + 3);
  assert.deepEqual([source.path, line, column], ['builds/build', 3, 5]);
});

test('the form of 16.x and the oldest one leave out what they do not have', () => {
  const older = admit(fixture('validate-16.json')).event.data;
  assert.deepEqual(older['account'], {
    username: 't.berg',
    email: 't.berg@example.org',
    createdAt: '2024-02-29T12:00:00.000+01:00',
    signIns: 0,
  });
  assert.equal(older['jobsAlive'], 0);
  const oldest = admit(fixture('validate-oldest.json'));
  assert.equal(oldest.problem, '');
  assert.equal(oldest.event.subject.account, '2');
  assert.deepEqual(oldest.event.data, {
    project: '3',
    projectPath: 'old/one',
    trigger: 'web',
    pipeline: { sha: 'f'.repeat(40), ref: 'master' },
    account: { username: 'root', email: 'root@example.com' },
    definition: {
      dialect: 'shell',
      files: [{ path: 'builds/rspec', text: 'bundle exec rspec' }],
    },
    fanOut: 1,
    images: ['ruby:2.7', 'redis'],
    tags: [],
  });
});

test('the plan of the group counts where the namespace has none', () => {
  const { event } = admit(body({ provisioning_group: { plan: 'ultimate', trial: true } }));
  assert.deepEqual(event.data['account'], {
    username: 'root',
    email: 'root@example.com',
    plan: 'ultimate',
    trial: true,
  });
});

test('parts of another type are left out', () => {
  const odd = admit(
    body({
      project: { id: '3', path: 5, created_at: {} },
      credit_card: [1],
      namespace: 'free',
      total_builds_count: -1,
      pipeline: null,
      builds: [
        {
          name: { name: 'odd' },
          image: { name: 'a:1' },
          services: [{ name: 'b' }, 7],
          tag_list: 'x',
        },
        { name: '', script: 'one line' },
        { name: 'mixed', script: ['ok', 7, null, ['nested']] },
        'text',
      ],
    }),
  );
  assert.equal(odd.problem, '');
  assert.deepEqual(odd.event.data, {
    project: '3',
    account: { username: 'root', email: 'root@example.com' },
    definition: {
      dialect: 'shell',
      files: [
        { path: 'builds/odd', text: '' },
        { path: 'builds/2', text: 'one line' },
        { path: 'builds/mixed', text: 'ok' },
      ],
    },
    fanOut: 4,
    images: ['a:1', 'b'],
    tags: [],
  });
  assert.equal(formatSubject(odd.event.subject), 'gitlab/2');
  assert.deepEqual(definitionOf(odd).unread, [
    'builds/mixed: a line that is no text was not read',
    'build 4 is no object and was not read',
  ]);
});

test('a body that cannot be used says why, in words that the policy knows', () => {
  const problems: readonly (readonly [string | Uint8Array | null, string])[] = [
    [null, 'too-large'],
    [new Uint8Array(validateBodyBytesMax + 1), 'too-large'],
    [Uint8Array.of(0x22, 0xff), 'not-utf8'],
    ['{"project":', 'not-json'],
    ['', 'not-json'],
    ['['.repeat(jsonDepthMax + 1), 'too-deep'],
    ['{"user":{"id":1,"id":2}}', 'duplicate-key'],
    ['[1]', 'wrong-shape'],
    ['"text"', 'wrong-shape'],
    ['{}', 'wrong-shape'],
    [body({ builds: {} }), 'wrong-shape'],
    [body({ user: { id: 'x/y' } }), 'wrong-shape'],
    [body({ user: null }), 'wrong-shape'],
  ];
  const known: readonly string[] = FACTS['input.problem'].values;
  for (const [text, expected] of problems) {
    const { event, problem } = admit(text);
    assert.equal(problem, expected);
    assert.ok(known.includes(expected), expected);
    assert.equal(event.type, 'job.requested');
    assert.equal(event.source, 'gitlab');
  }
  assert.equal(formatSubject(admit(null).event.subject), 'gitlab/unknown');
  assert.equal(
    formatSubject(admit(body({ builds: 1 })).event.subject),
    `gitlab/2/3-${'f'.repeat(40)}`,
  );
  assert.equal(definitionOf(admit(body({ user: null }))).jobs.length, 1, 'builds are read anyway');
});

test('the same call has the same id; another body or another call has another one', () => {
  const id = (text: string | null, correlationId: string): string =>
    admit(text, correlationId).event.id;
  assert.equal(id(body({}), 'a'), id(body({}), 'a'));
  const ids = [id(body({}), 'a'), id(body({}), 'b'), id(body({ x: 1 }), 'a'), id(null, 'a')];
  assert.equal(new Set(ids).size, ids.length);
});

test('the name of a build is cut and made harmless', () => {
  const name = `\u001b[31m../../${'x'.repeat(10_000)}`;
  const [job] = definitionOf(admit(body({ builds: [{ name, script: ['make'] }] }))).jobs;
  assert.equal(job?.name.length, jobNameLengthMax);
  assert.ok(job.name.startsWith('\ufffd[31m../../x'));
  assert.equal(job.commands[0]?.source.path, `builds/${job.name}`);
});

test('builds over pipelineBuildsMax are named as unread', () => {
  const builds = Array.from({ length: pipelineBuildsMax + 1 }, () => ({
    name: 'a',
    script: ['b'],
  }));
  const admission = admit(body({ builds }));
  assert.equal(definitionOf(admission).jobs.length, pipelineBuildsMax);
  assert.match(definitionOf(admission).unread.join(), /more than 10000 builds/);
  assert.equal(admission.event.data['fanOut'], pipelineBuildsMax + 1);
});

test('services over buildServicesMax and over pipelineServicesMax are named as unread', () => {
  const services = Array.from({ length: buildServicesMax + 1 }, (_, i) => `s${i}`);
  const one = definitionOf(admit(body({ builds: [{ name: 'a', script: ['b'], services }] })));
  assert.equal(one.jobs[0]?.images.length, buildServicesMax);
  assert.match(one.unread.join(), /^gave up: a build has more than 100 services/);
  const build = { name: 'a', script: ['b'], services: services.slice(1) };
  const builds = Array.from({ length: pipelineServicesMax / buildServicesMax + 2 }, () => build);
  const many = definitionOf(admit(body({ builds })));
  assert.match(many.unread.join(), /^gave up: there are more than 10000 services/);
  const kept = many.jobs.flatMap(({ images }) => images);
  assert.equal(kept.length, pipelineServicesMax);
});

test('lines behind one that leaves something open are read by themselves as well', () => {
  const script = ["echo 'a", 'b', "c; echo '"];
  const admission = admit(body({ builds: [{ name: 'j', script }] }));
  const texts = definitionOf(admission).jobs[0]?.commands.map(({ source }) => source.text);
  assert.deepEqual(texts, [script.join('\n'), 'b', "c; echo '"]);
  const { files } = admission.event.data['definition'] as { files: { path: string }[] };
  assert.deepEqual(
    files.map(({ path }) => path),
    ['builds/j', 'builds/j/1', 'builds/j/2'],
  );
});

test('only the token proves that it is GitLab', () => {
  const authentic = (token: string | undefined, secret: string): boolean =>
    validate.authentic({ headers: { 'x-gitlab-token': token }, body: null }, secret);
  assert.equal(authentic('right', 'right'), true);
  assert.equal(authentic('wrong', 'right'), false);
  assert.equal(authentic(undefined, 'right'), false);
  assert.equal(authentic('', ''), false, 'no secret, no entry');
  assert.equal(authentic(undefined, ''), false);
});

test('GitLab hears 200 or 406 and nothing else', () => {
  const statuses = Object.fromEntries(
    ACTIONS.map((action) => [action, validate.answer(action, 'dec_1').status]),
  );
  assert.deepEqual(statuses, {
    allow: 200,
    slow: 200,
    challenge: 406,
    hold: 406,
    deny: 406,
    stop: 406,
    suspend: 406,
  });
  const { headers, body: answer } = validate.answer('deny', 'dec_1');
  assert.equal(headers['x-davylamp-decision'], 'dec_1');
  assert.deepEqual(JSON.parse(answer), { decision: 'dec_1', action: 'deny' });
  assert.match(validate.whenRefused, /admits/);
});

/**
 * The SARIF that we write against a schema of the part of 2.1.0 that we use, written from the
 * standard: names, types, what is required, and nothing else. The full schema of OASIS is not part
 * of this repository; a report validates against that one too.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { bareReport, type DefinitionReport } from '../model/finding.ts';
import { cutExcerpt, Lines } from './cut-excerpt.ts';
import { outcomeOf } from './scan-outcome.ts';
import { scanSarif } from './scan-sarif.ts';
import { SuppressionList } from './suppression-list.ts';

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) };
const CLOSED = { additionalProperties: false };
const line = Type.Integer({ minimum: 1 });
const level = Type.Union(['none', 'note', 'warning', 'error'].map((word) => Type.Literal(word)));
const text = Type.Object({ text: Type.String() }, CLOSED);
const help = Type.Object({ text: Type.String(), markdown: Type.Optional(Type.String()) }, CLOSED);
// A relative reference or an absolute URI: no blank, no control character, no stray percent sign.
const uri = Type.String({ pattern: "^([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*$" });
const region = {
  startLine: line,
  startColumn: Type.Optional(line),
  endLine: line,
  endColumn: Type.Optional(line),
};
const artifactLocation = Type.Object({ uri, uriBaseId: Type.Optional(Type.String()) }, CLOSED);
const physicalLocation = Type.Object(
  {
    artifactLocation,
    region: Type.Optional(Type.Object(region, CLOSED)),
    contextRegion: Type.Optional(Type.Object({ ...region, snippet: text }, CLOSED)),
  },
  CLOSED,
);
const location = Type.Object(
  {
    physicalLocation,
    logicalLocations: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), kind: Type.String() }, CLOSED)),
    ),
    message: Type.Optional(text),
  },
  CLOSED,
);
const bag = Type.Record(Type.String(), Type.Unknown());
const rule = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    shortDescription: text,
    help,
    helpUri: Type.Optional(uri),
    defaultConfiguration: Type.Object({ level }, CLOSED),
    properties: bag,
  },
  CLOSED,
);
const step = Type.Object({ location, nestingLevel: Type.Integer({ minimum: 0 }) }, CLOSED);
const threadFlow = Type.Object({ locations: Type.Array(step, { minItems: 1 }) }, CLOSED);
const codeFlow = Type.Object(
  { message: text, threadFlows: Type.Array(threadFlow, { minItems: 1 }) },
  CLOSED,
);
const result = Type.Object(
  {
    ruleId: Type.String(),
    ruleIndex: Type.Optional(Type.Integer({ minimum: 0 })),
    level,
    message: text,
    locations: Type.Array(location),
    partialFingerprints: Type.Record(Type.String(), Type.String()),
    codeFlows: Type.Optional(Type.Array(codeFlow)),
    properties: bag,
  },
  CLOSED,
);
const descriptor = Type.Object({ id: Type.String(), index: Type.Integer() }, CLOSED);
const notification = Type.Object(
  {
    descriptor: Type.Optional(descriptor),
    level,
    message: text,
    locations: Type.Optional(Type.Array(location)),
    properties: Type.Optional(bag),
  },
  CLOSED,
);
const invocation = Type.Object(
  {
    executionSuccessful: Type.Boolean(),
    exitCode: Type.Integer(),
    toolExecutionNotifications: Type.Array(notification),
    toolConfigurationNotifications: Type.Array(notification),
  },
  CLOSED,
);
const driver = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    semanticVersion: Type.String(),
    informationUri: Type.Optional(uri),
    rules: Type.Array(rule),
    notifications: Type.Array(Type.Object({ id: Type.String(), shortDescription: text }, CLOSED)),
  },
  CLOSED,
);
const run = Type.Object(
  {
    tool: Type.Object({ driver }, CLOSED),
    automationDetails: Type.Object({ id: Type.String() }, CLOSED),
    columnKind: Type.Literal('utf16CodeUnits'),
    originalUriBaseIds: Type.Record(Type.String(), Type.Object({ description: text }, CLOSED)),
    results: Type.Array(result),
    invocations: Type.Array(invocation),
    properties: bag,
  },
  CLOSED,
);
const log = Type.Object(
  { version: Type.Literal('2.1.0'), $schema: uri, runs: Type.Array(run) },
  CLOSED,
);

function sarifOf(path: string, words: string, homepage: string): unknown {
  const place = { path, line: 1, column: 2, endLine: 1, endColumn: 3 };
  const bare = bareReport('unchecked', { path, dialect: 'shell' }, [words]);
  const report: DefinitionReport = {
    ...bare,
    verdict: 'confirmed',
    findings: [
      {
        ...{ rule: 'pool-endpoint', title: words, severity: 'high', confidence: 'high' },
        ...{ position: 'executed', bits: 10, job: words, location: place, evidence: words },
        ...{ decoded: [words], via: [path, words], excerpt: cutExcerpt(new Lines(words), place) },
      },
    ],
  };
  const none = { excluded: 0, untracked: 0, unchanged: 0, repositories: [], notes: [words] };
  const scan = { files: 1, ...none, reports: [report], unread: [{ path, why: words }] };
  const options = { operator: [], allowInline: false, ignoreFiles: [], rules: [], now: 0 };
  const suppressions = new SuppressionList(options);
  const outcome = outcomeOf({ ...scan, ignoreFiles: [] }, { suppressions, baseline: null });
  return JSON.parse(scanSarif(outcome, { version: '1.0.0', homepage }, 1));
}

test('a report is SARIF 2.1.0, whatever the tree holds', () => {
  const hostile = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(
      hostile,
      hostile,
      fc.constantFrom('', 'https://a.example.org'),
      (path, words, at) => {
        const errors = [...Value.Errors(log, sarifOf(path, words, at))];
        assert.deepEqual(errors, []);
      },
    ),
    RUNS,
  );
});

test('the schema of the test refuses what is no SARIF', () => {
  const good = sarifOf('a b.sh', 'x', '');
  assert.ok(Value.Check(log, good));
  const text = JSON.stringify(good);
  for (const [from, to] of [
    ['"startLine":1', '"startLine":0'],
    ['a%20b.sh', 'a b.sh'],
    ['"level":"error"', '"level":"bad"'],
    ['"ruleId"', '"rule"'],
  ] as const) {
    const bad = JSON.parse(text.replaceAll(from, to));
    assert.equal(Value.Check(log, bad), false, from);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIALECTS } from '../model/job-definition.ts';
import { decodeDefinition } from './definition-codec.ts';

test('files of every dialect become the input of a scan', () => {
  for (const dialect of DIALECTS) {
    const files = [{ path: 'ci/run.sh', text: 'make test', mode: '0755' }];
    const decoded = decodeDefinition({ definition: { dialect, files } });
    assert.deepEqual(decoded, {
      ok: true,
      value: { kind: 'files', dialect, files: [{ path: 'ci/run.sh', text: 'make test' }] },
    });
  }
});

test('no definition, or one without files, is none', () => {
  for (const data of [{}, { definition: { dialect: 'shell', files: [] } }]) {
    assert.deepEqual(decodeDefinition(data), { ok: true, value: null });
  }
});

test('a dialect that nobody reads is refused by name', () => {
  for (const dialect of ['teamcity', 'toString', '']) {
    const decoded = decodeDefinition({ definition: { dialect, files: [] } });
    assert.ok(!decoded.ok);
    assert.equal(decoded.error.field, '/data/definition/dialect');
    assert.match(decoded.error.message, /github, gitlab, dockerfile, shell/);
  }
});

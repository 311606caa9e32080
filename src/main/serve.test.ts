import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { IDENTIFIER_KEY_VARIABLE } from './identifier-key.ts';
import { serve } from './serve.ts';

test('--help has every option in its first lines and explained, and every variable', () => {
  const source = readConfig.toString();
  const names = [...source.matchAll(/'?([a-z-]+)'?: \{ type: '/g)].map(([, name]) => `--${name}`);
  assert.ok(names.length > 8, source);
  const [, synopsis = '', explained = ''] = serve.help.split('\n\n');
  for (const name of names) {
    assert.match(synopsis, new RegExp(`\\[${name}[ \\]]`));
    assert.match(explained, new RegExp(`^ {2}${name} `, 'm'));
  }
  for (const variable of ['DAVYLAMP_ADMIN_KEY', IDENTIFIER_KEY_VARIABLE, '_SECRET']) {
    assert.ok(serve.help.includes(variable), variable);
  }
});

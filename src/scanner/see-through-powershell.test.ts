// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
/** The same in PowerShell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { scanJob } from './test-scanner.ts';
import { testAddress } from './wallet/test-addresses.ts';

const W = testAddress('monero', 1);
const P = 'pool.supportxmr.com:443';
const GO = `-o ${P} -u ${W}`;
const MINE = `./xmrig ${GO} -p x`;

const b64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');
const u16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const reversed = (text: string): string => [...text].reverse().join('');
const codes = (text: string): string => [...text].map((c) => c.charCodeAt(0)).join(',');
const B = b64(MINE);
const GZIP = b64(gzipSync(MINE));

const CASES: readonly (readonly [technique: string, script: string])[] = [
  ['ps EncodedCommand', `powershell -NoP -EncodedCommand ${u16(MINE.replace('./', '.\\\\'))}`],
  ['ps enc', `pwsh -enc ${u16(MINE)}`],
  ['ps -join', `$c = -join ('./xm','rig'); & $c ${GO}`],
  ['ps -join2', `iex (('./xm','rig ${GO}') -join '')`],
  ['ps -f', `iex ('{0}{1} -o {2} -u {3}' -f './xm','rig','${P}','${W}')`],
  ['ps char', `iex (-join (${[...MINE].map((c) => `[char]${c.charCodeAt(0)}`).join(',')}))`],
  ['ps char2', `iex ([char[]](${codes(MINE)}) -join '')`],
  ['ps char3', `-join((${codes(MINE)})|%{[char]$_})|iex`],
  ['ps replace', `iex '${MINE.replaceAll('m', 'QQ')}'.Replace('QQ','m')`],
  ['ps -replace', `iex ('${MINE.replaceAll('m', 'QQ')}' -replace 'QQ','m')`],
  ['ps reverse', `$s='${reversed(MINE)}'; iex (-join $s[-1..-($s.Length)])`],
  ['ps reverse2', `$s='${reversed(MINE)}'.ToCharArray(); [array]::Reverse($s); iex (-join $s)`],
  ['ps frombase64', `iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${B}')))`],
  [
    'ps frombase64 var',
    `$b='${B}'; $t=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($b)); iex $t`,
  ],
  ['ps concat', `$a='./xm'; $b='rig'; & ($a+$b) ${GO}`],
  ['ps tick', `& ./x\`m\`r\`ig ${GO}`],
  ['ps scriptblock', `& ([scriptblock]::Create('${MINE}'))`],
  ['ps start-process', `Start-Process ./xmrig -ArgumentList '-o','${P}','-u','${W}'`],
  [
    'ps start-process2',
    `Start-Process -FilePath ./xmrig -ArgumentList "${GO}" -WindowStyle Hidden`,
  ],
  ['ps splat', `$a = @('-o','${P}','-u','${W}'); & ./xmrig @a`],
  ['ps array', `$a = '-o','${P}','-u','${W}'; & ./xmrig $a`],
  ['ps hash', `$h = @{P='${P}';W='${W}'}; & ./xmrig -o $h.P -u $h.W`],
  ['ps func', `function go($p,$w) { & ./xmrig -o $p -u $w }\ngo ${P} ${W}`],
  ['ps heredoc', `@'\n${MINE}\n'@ | Out-File run.ps1\n./run.ps1`],
  ['ps set-content', `Set-Content run.ps1 '${MINE}'\n.\\run.ps1`],
  [
    'ps gzip',
    [
      `$d=[Convert]::FromBase64String('${GZIP}')`,
      '$m=[IO.MemoryStream]::new($d)',
      '$z=[IO.Compression.GZipStream]::new($m,[IO.Compression.CompressionMode]::Decompress)',
      'iex ([IO.StreamReader]::new($z).ReadToEnd())',
    ].join('\n'),
  ],
  ['ps env', `$env:W='${W}'; & ./xmrig -o ${P} -u $env:W`],
  ['ps foreach', `foreach ($p in '${P}') { & ./xmrig -o $p -u ${W} }`],
  ['ps cmd', `cmd /c "${MINE}"`],
  ['ps job', `Start-Job -ScriptBlock { ${MINE} }`],
  ['ps subexpr', `& "./x$('mr')ig" ${GO}`],
  ['ps process', `[Diagnostics.Process]::Start('./xmrig','${GO}')`],
];

for (const [technique, script] of CASES) {
  test(`seen through: ${technique}`, () => {
    const report = scanJob({ scripts: [script], shell: 'powershell' });
    assert.equal(report.verdict, 'confirmed', `${script}\n${JSON.stringify(report, null, 1)}`);
  });
}

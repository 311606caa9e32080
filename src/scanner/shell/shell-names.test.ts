// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their variables so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesShell } from './shell-names.ts';
import { lines } from './test-run.ts';

test('a shell is named by its name, a variable that holds its path, or a pattern', () => {
  for (const word of ['sh', '/bin/bash', 'bash5', 'zsh-5.9', 'bash-static', 'csh']) {
    assert.equal(namesShell(word), true, word);
  }
  for (const word of ['$BASH', '${SHELL}', '$0', '/bin/b?sh', '/???/d[a-c]sh', '/usr/bin/*ash']) {
    assert.equal(namesShell(word), true, word);
  }
  for (const word of ['bash-completion', 'ssh', '$SHELLS', '/bin/b?h', '/bin/*.sh', '']) {
    assert.equal(namesShell(word), false, word);
  }
});

const RUN: readonly (readonly [what: string, script: string])[] = [
  ['a variable', "$BASH -c 'run x'"],
  ['a variable behind a prefix', "sudo $SHELL -c 'run x'"],
  ['a variable that reads its input', "echo 'run x' | $SHELL"],
  ['a pattern', "/bin/b?sh -c 'run x'"],
  ['a copy', "cp /bin/sh x; ./x -c 'run x'"],
  ['a link in a folder for programs', 'ln -s $(command -v bash) /usr/local/bin/q; q -c "run x"'],
  ['a copy that reads its input', "install /bin/bash b; echo 'run x' | ./b"],
  ['a copy of what runs other programs', 'cp /usr/bin/env e; ./e -i run x'],
  ['a shell among the words of another program', "limits --cpu 4 sh -c 'run x'"],
  ['the loader of libraries', "/lib64/ld-linux-x86-64.so.2 /bin/sh -c 'run x'"],
  ['another machine', "setarch x86_64 -R sh -c 'run x'"],
  ['a lock', "flock -w 5 lock -c 'run x'"],
  ['another user', "runuser -l me -c 'run x'"],
  ['another user, joined', "su --command='run x' me"],
  ['quotes that `env` takes away', `env -S 'A=b sh -c "run x"'`],
  ['input in one word', "printf 'run x' | xargs -0 sh -c"],
  ['quotes that `xargs` takes away', `echo '"run x"' | xargs sh -c`],
  ['a file that `xargs` reads', `printf '"run x"' > f; xargs -a f sh -c`],
  ['a file that is run later', "echo 'run x' > f; at -f f now"],
  ['the program of this process', '/proc/self/exe -c "run x"'],
  ['a variable without its folder', '${SHELL##*/} -c "run x"'],
  ['a table of times', "echo '*/5 * * * * run x' | crontab -"],
  ['commits that are gone through', 'git bisect run run x'],
];

for (const [what, script] of RUN) {
  test(`a shell is given a text through ${what}`, () => {
    const found = lines(script).some((line) => line.endsWith('run x') && !line.includes('-c'));
    assert.ok(found, lines(script).join('\n'));
  });
}

test('what is only shown or named like a shell runs nothing', () => {
  for (const script of ["echo sh -c 'run x'", "git commit -m sh -c 'run x'", "./x.sh -c 'run x'"]) {
    assert.ok(!lines(script).includes('run x'), script);
  }
});

test('no parameters are no word', () => {
  assert.deepEqual(lines('f() { run "$@" a; }; f').at(-1), 'run a');
});

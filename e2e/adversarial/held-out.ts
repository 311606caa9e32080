/**
 * A second set of ways to hide, written when the scanner found all of the first and before it was
 * run on these, so that the share that it found then says something about ways that nobody has
 * thought of: 83.8 % of 629 cases confirmed, none suspected. What it missed was taught afterwards.
 */
import { gzipSync } from 'node:zlib';
import { base64, hex, pieces, quoted, reverse, script, type Technique } from './techniques.ts';

const decimal = (text: string, between: string): string => [...Buffer.from(text)].join(between);

const base32 = (text: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = pieces(bits.padEnd(Math.ceil(bits.length / 5) * 5, '0'), 5);
  const digits = groups.map((group) => alphabet[Number.parseInt(group, 2)]).join('');
  return digits.padEnd(Math.ceil(digits.length / 8) * 8, '=');
};

/** A program in Python that runs the command, in base64. */
const pythonCall = (command: string): string => base64(`import os\nos.system("${command}")`);

export const HELD_OUT: readonly Technique[] = [
  script('base32', ({ command }) => [`echo ${base32(command)} | base32 -d | sh`]),
  script('base64 with junk stripped', ({ command }) => [
    `echo '${pieces(base64(command), 5).join('#')}' | tr -d '#' | base64 -d | sh`,
  ]),
  script('base64 reversed', ({ command }) => [
    `echo ${reverse(base64(command))} | rev | base64 -d | bash`,
  ]),
  script('base64 in two variables', ({ command }) => {
    const text = base64(command);
    const middle = text.length >> 1;
    return [
      `A=${text.slice(0, middle)}`,
      `B=${text.slice(middle)}`,
      'printf "%s%s" "$A" "$B" | base64 -d | sh',
    ];
  }),
  script('base64 written, decoded, run', ({ command }) => [
    `echo ${base64(command)} > /tmp/.cache.b64`,
    'base64 -d /tmp/.cache.b64 > /tmp/.cache.sh',
    'chmod +x /tmp/.cache.sh && /tmp/.cache.sh',
  ]),
  script('hexadecimal by printf, in a loop', ({ command }) => [
    `h=${hex(command)}`,
    'printf "$(echo "$h" | sed \'s/../\\\\x&/g\')" | sh',
  ]),
  script('hexadecimal by perl', ({ command }) => [
    `perl -e 'system(pack("H*", "${hex(command)}"))'`,
  ]),
  script('decimal by awk', ({ command }) => [
    `echo '${decimal(command, ' ')}' | awk '{for(i=1;i<=NF;i++) printf "%c",$i}' | sh`,
  ]),
  script('python, characters', ({ command }) => [
    `python3 -c "import os; os.system(''.join(map(chr, [${decimal(command, ',')}])))"`,
  ]),
  script('python, exec of base64', ({ command }) => [
    `python3 -c "exec(__import__('base64').b64decode('${pythonCall(command)}'))"`,
  ]),
  script('python, reversed', ({ command }) => [
    `python3 -c "import os; os.system('${reverse(command)}'[::-1])"`,
  ]),
  script('python, by standard input', ({ command }) => [
    `echo ${pythonCall(command)} | base64 -d | python3 -`,
  ]),
  script('node, characters', ({ command }) => [
    `node -e "require('child_process').exec(String.fromCharCode(${decimal(command, ',')}))"`,
  ]),
  script('node, hexadecimal', ({ command }) => [
    `node -e "${[
      `const text = Buffer.from('${hex(command)}', 'hex').toString()`,
      "require('child_process').spawnSync('sh', ['-c', text])",
    ].join('; ')}"`,
  ]),
  script('gzip by python', ({ command }) => [
    `python3 -c "${[
      'import gzip, base64, subprocess',
      `data = base64.b64decode('${gzipSync(command).toString('base64')}')`,
      'subprocess.call(gzip.decompress(data), shell=True)',
    ].join('; ')}"`,
  ]),
  script('gzip into a file', ({ command }) => [
    `base64 -d > run.gz <<'END'`,
    ...pieces(gzipSync(command).toString('base64'), 60),
    'END',
    'gunzip run.gz && sh run',
  ]),
  script('a brace expansion', ({ program, command }) => {
    const name = program.slice(2);
    return [
      `p=$(echo ${name.slice(0, 2)}{${name.slice(2)},})`,
      command.replace(program, './$' + '{p%% *}'),
    ];
  }),
  script('a suffix cut off', ({ command }) => [
    `c=${quoted(`${command} #build`)}`,
    'sh -c "$' + '{c%#*}"',
  ]),
  script('a prefix cut off', ({ command }) => [
    `c=${quoted(`job::${command}`)}`,
    'sh -c "$' + '{c##*::}"',
  ]),
  script('a slice of a longer text', ({ command }) => [
    `c=${quoted(`padding${command}padding`)}`,
    `eval "\${c:7:${command.length}}"`,
  ]),
  script('read from a here-string', ({ command }) => [
    `read -r tool args <<< ${quoted(command)}`,
    '$tool $args',
  ]),
  script('an alias', ({ program, command }) => [
    'shopt -s expand_aliases',
    `alias check=${quoted(program)}`,
    command.replace(program, 'check'),
  ]),
  script('upper case undone', ({ command }) => [
    `c=${quoted(command.replace(/[a-z]/g, (letter) => `_${letter.charCodeAt(0)}_`))}`,
    `python3 -c "${[
      'import re, os, sys',
      "text = re.sub(r'_(\\d+)_', lambda m: chr(int(m.group(1))), sys.argv[1])",
      'os.system(text)',
    ].join('; ')}" "$c"`,
  ]),
  script('a link under another name', ({ program, command }) => [
    `ln -s "$PWD/${program.slice(2)}" /usr/local/bin/gcc-wrapper`,
    command.replace(program, 'gcc-wrapper'),
  ]),
  script('a while loop around it', ({ command }) => [
    'while true; do',
    `  ${command} && break`,
    '  sleep 5',
    'done',
  ]),
  script('in the background of a coprocess', ({ command }) => [
    `{ ${command}; } > /dev/null 2>&1 &`,
    'wait $!',
  ]),
  script('su to another user', ({ command }) => [`su nobody -s /bin/sh -c ${quoted(command)}`]),
  script('a heredoc with variables', ({ command, login }) => [
    `OWNER=${quoted(login)}`,
    'cat > work.sh <<END',
    command.replace(login, '$OWNER'),
    'END',
    'bash work.sh',
  ]),
  script('tee to a script', ({ command }) => [
    `echo ${quoted(command)} | tee /tmp/step.sh > /dev/null`,
    'sh /tmp/step.sh',
  ]),
  script('find -exec', ({ program, command }) => [
    `find . -name ${program.slice(2)} -exec {} ${command.slice(program.length + 1)} \\;`,
  ]),
  {
    name: 'a login split between environment and script',
    hide: ({ command, login }) => ({
      lines: [command.replace(login, '"$ACCOUNT.$RUN_NAME"')],
      environment: {
        ACCOUNT: login.slice(0, login.lastIndexOf('.')),
        RUN_NAME: login.slice(login.lastIndexOf('.') + 1),
      },
    }),
  },
  {
    name: 'a script of the tree that decodes itself',
    hide: ({ command }) => ({
      lines: ['sh ./gradlew test'],
      files: {
        gradlew: `#!/bin/sh\ntail -n 1 "$0" | base64 -d | sh\nexit 0\n${base64(command)}\n`,
      },
    }),
  },
  {
    name: 'a makefile that includes another',
    hide: ({ command }) => ({
      lines: ['make -s test'],
      files: {
        Makefile: 'include build/rules.mk\n\nall:\n\techo ok\n',
        'build/rules.mk': `RUN := ${command.replaceAll('$', '$$')}\n\ntest:\n\t$(RUN)\n`,
      },
    }),
  },
  {
    name: 'a test in Python that a runner collects',
    hide: ({ command }) => ({
      lines: ['python -m pytest tests/test_all.py'],
      files: {
        'tests/test_all.py': [
          'import os',
          '',
          'def test_all():',
          `    assert os.system("${command}") == 0\n`,
        ].join('\n'),
      },
    }),
  },
  {
    name: 'compose that is brought up',
    hide: ({ command }) => ({
      lines: ['docker compose up --abort-on-container-exit'],
      files: {
        'docker-compose.yml': [
          'services:',
          '  app:',
          '    image: alpine:3',
          `    command: ["sh", "-c", ${JSON.stringify(command)}]\n`,
        ].join('\n'),
      },
    }),
  },
  {
    name: 'arguments from a file',
    hide: ({ program, command }) => ({
      lines: [`${program} $(cat ci/flags.txt)`],
      files: { 'ci/flags.txt': `${command.slice(program.length + 1)}\n` },
    }),
  },
  {
    name: 'a wallet file that a script reads',
    hide: ({ command, login }) => ({
      lines: ['W=$(cat assets/owner.txt)', command.replace(login, '"$W"')],
      files: { 'assets/owner.txt': login },
    }),
  },
];

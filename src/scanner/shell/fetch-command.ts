/** Commands that bring something from elsewhere, read from their words. */
import { programName } from './command-words.ts';
import { baseName } from './paths.ts';
import type { Word } from './shell-run.ts';

/** What a command fetches. */
export interface FetchTarget {
  readonly url: string;
  /** Where the command keeps it; null when it prints it. */
  readonly path: string | null;
}

type Reader = (argument: readonly string[]) => readonly FetchTarget[];

/** Fetches of one command; nearly always none or one. */
export function fetchTargets(words: readonly Word[]): readonly FetchTarget[] {
  const name = programName(words[0]?.text ?? '').toLowerCase();
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  return reader ? reader(words.slice(1).map((word) => word.text)) : [];
}

/** Whether a program of this name may bring something from elsewhere. */
export function isFetcher(name: string): boolean {
  return Object.hasOwn(READERS, name.toLowerCase());
}

const READERS: Readonly<Record<string, Reader>> = {
  curl: readCurl,
  wget: readWget,
  wget2: readWget,
  git: readGit,
  svn: (argument) => readClone(argument, ['checkout', 'co', 'export']),
  hg: (argument) => readClone(argument, ['clone']),
  gh: readGithub,
  aria2c: (argument) => readDownload(argument, ['-o', '--out'], ['-d', '--dir']),
  axel: (argument) => readDownload(argument, ['-o', '--output'], []),
  iwr: readWebRequest,
  'invoke-webrequest': readWebRequest,
  irm: readWebRequest,
  'invoke-restmethod': readWebRequest,
  'start-bitstransfer': readWebRequest,
};

/** Options of curl that take a value, apart from those that say where the output goes. */
const CURL_VALUED = new Set(
  (
    '-H -d -u -A -e -x -X -b -c -m -F -T -r -y -Y -z -C -K -E -w -D -P -Q -t -U --header --data ' +
    '--data-raw --data-binary --data-urlencode --user --user-agent --referer --proxy --request ' +
    '--cookie --cookie-jar --max-time --form --upload-file --retry --retry-delay --cacert --cert ' +
    '--key --connect-timeout --resolve --interface --limit-rate --retry-max-time --range ' +
    '--write-out --config --dump-header --max-redirs --socks5 --socks5-hostname --oauth2-bearer'
  ).split(' '),
);

function readCurl(argument: readonly string[]): readonly FetchTarget[] {
  const urls: string[] = [];
  const outputs: string[] = [];
  let remoteName = false;
  let folder = '';
  for (let i = 0; i < argument.length; i++) {
    const word = argument[i] as string;
    const attached = attachedValue(word, ['--output', '--url', '--output-dir']);
    if (word === '--url') urls.push(argument[++i] ?? '');
    else if (word.startsWith('--url=')) urls.push(attached);
    else if (word === '--output') outputs.push(argument[++i] ?? '');
    else if (word.startsWith('--output=')) outputs.push(attached);
    else if (word === '--output-dir') folder = argument[++i] ?? '';
    else if (word === '--remote-name' || word === '--remote-name-all') remoteName = true;
    else if (CURL_VALUED.has(word)) i++;
    else if (word.startsWith('-') && !word.startsWith('--') && word.length > 1) {
      // A cluster such as `-fsSLo`: the first letter that wants a value takes the rest or the next.
      for (let k = 1; k < word.length; k++) {
        const letter = `-${word[k]}`;
        if (letter === '-O') remoteName = true;
        if (letter !== '-o' && !CURL_VALUED.has(letter)) continue;
        const value = k + 1 < word.length ? word.slice(k + 1) : (argument[++i] ?? '');
        if (letter === '-o') outputs.push(value);
        break;
      }
    } else if (!word.startsWith('-')) urls.push(word);
  }
  return urls.filter(isRemote).map((url, i) => {
    const output = outputs[i];
    const named = output ?? (remoteName ? nameInUrl(url) : null);
    return {
      url,
      path: named === null || isStandardOutput(named) ? null : inFolder(folder, named),
    };
  });
}

const WGET_VALUED = new Set(
  (
    '-e -o -a -i -B -t -T -w -Q -U --execute --tries --timeout --wait --user-agent --header ' +
    '--user --password --post-data --referer --limit-rate --input-file --output-file ' +
    '--append-output --ca-certificate --load-cookies'
  ).split(' '),
);

function readWget(argument: readonly string[]): readonly FetchTarget[] {
  const urls: string[] = [];
  let output: string | null = null;
  let folder = '';
  for (let i = 0; i < argument.length; i++) {
    const word = argument[i] as string;
    if (word === '--output-document') output = argument[++i] ?? '';
    else if (word.startsWith('--output-document=')) output = word.slice(18);
    else if (word === '--directory-prefix') folder = argument[++i] ?? '';
    else if (word.startsWith('--directory-prefix=')) folder = word.slice(19);
    else if (WGET_VALUED.has(word)) i++;
    else if (word.startsWith('-') && !word.startsWith('--')) {
      // `-qO-`, `-O file`, `-P folder`, and the negations `-nc`, `-nv` that hold no value.
      const at = Math.max(word.indexOf('O'), word.indexOf('P'));
      if (at < 1) continue;
      const value = at + 1 < word.length ? word.slice(at + 1) : (argument[++i] ?? '');
      if (word[at] === 'O') output = value;
      else folder = value;
    } else if (!word.startsWith('-')) urls.push(word);
  }
  return urls.filter(isRemote).map((url) => {
    const name = output ?? nameInUrl(url);
    return { url, path: isStandardOutput(name) ? null : inFolder(folder, name) };
  });
}

const GIT_VALUED = new Set(
  '-b --branch --depth -o --origin -j --jobs -c --config --reference --shallow-since -C'.split(' '),
);

function readGit(argument: readonly string[]): readonly FetchTarget[] {
  return readClone(argument, ['clone']);
}

/** `git clone [options] URL [folder]`. */
function readClone(argument: readonly string[], verbs: readonly string[]): readonly FetchTarget[] {
  const operands: string[] = [];
  for (let i = 0; i < argument.length; i++) {
    const word = argument[i] as string;
    if (GIT_VALUED.has(word)) i++;
    else if (!word.startsWith('-')) operands.push(word);
  }
  const [verb = '', url, folder] = operands;
  if (!verbs.includes(verb) || url === undefined) return [];
  const name = baseName(url.endsWith('/') ? url.slice(0, -1) : url);
  return [{ url, path: folder ?? (name.endsWith('.git') ? name.slice(0, -4) : name) }];
}

/** `gh repo clone OWNER/NAME [folder]`, `gh release download -R OWNER/NAME`. */
function readGithub(argument: readonly string[]): readonly FetchTarget[] {
  const [noun, verb, name, folder] = argument;
  if (noun !== 'repo' || verb !== 'clone' || name === undefined) return [];
  const url = name.includes('://') ? name : `https://github.com/${name}`;
  return [{ url, path: folder ?? baseName(name) }];
}

function readDownload(
  argument: readonly string[],
  outputs: readonly string[],
  folders: readonly string[],
): readonly FetchTarget[] {
  const valueAfter = (options: readonly string[]): string | undefined => {
    const at = argument.findIndex((word) => options.includes(word));
    return at < 0 ? undefined : argument[at + 1];
  };
  return argument.filter(isRemote).map((url) => {
    const path = inFolder(valueAfter(folders) ?? '', valueAfter(outputs) ?? nameInUrl(url));
    return { url, path };
  });
}

/** `iwr URL -OutFile x`, `Invoke-WebRequest -Uri URL -OutFile x`. */
function readWebRequest(argument: readonly string[]): readonly FetchTarget[] {
  let path: string | null = null;
  const urls: string[] = [];
  for (let i = 0; i < argument.length; i++) {
    const word = (argument[i] as string).toLowerCase();
    if (word.startsWith('-o') || word.startsWith('-dest')) path = argument[++i] ?? null;
    else if (isRemote(word)) urls.push(argument[i] as string);
  }
  return urls.map((url) => ({ url, path }));
}

/** Whether a word names something elsewhere: a URL, or `host/path` without a scheme. */
function isRemote(word: string): boolean {
  if (word.includes('://')) return !word.startsWith('file:');
  if (word.startsWith('$') || word.startsWith('`')) return true;
  const slash = word.indexOf('/');
  const host = slash < 0 ? word : word.slice(0, slash);
  return host.includes('.') && !host.startsWith('.') && !host.startsWith('/') && host.length > 3;
}

function isStandardOutput(path: string): boolean {
  return path === '-' || path === '/dev/stdout' || path === '/dev/fd/1';
}

function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The file that `curl -O` and `wget` make: the last part of the path, without a query for curl. */
function nameInUrl(url: string): string {
  const scheme = url.indexOf('://');
  const rest = scheme < 0 ? url : url.slice(scheme + 3);
  const slash = rest.lastIndexOf('/');
  const name = slash < 0 ? '' : rest.slice(slash + 1);
  const [file = ''] = name.split('?', 1);
  const [plain = ''] = file.split('#', 1);
  return plain === '' ? 'index.html' : plain;
}

function attachedValue(word: string, options: readonly string[]): string {
  const option = options.find((o) => word.startsWith(`${o}=`));
  return option === undefined ? '' : word.slice(option.length + 1);
}

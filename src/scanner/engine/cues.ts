/**
 * Cues: words that may make a text worth seeing through although no rule looks for them, and what
 * each takes for that. Nearly every script has some (`bash`, `sed`, `curl`), so a cue is looked at
 * together with its command:
 *
 *   stops       always: tools and functions that undo an encoding, whatever they are given
 *   decodes     where an option says that it decodes and does not encode: `base64 -d`
 *   unpacks     where the text also writes bytes by number, which packed data needs
 *   prints      where its format glues its arguments; an `echo` that ends no line
 *   joins       what it is given is read once more: `eval`
 *   fills       what it is given becomes part of other words: `xargs -I%`
 *   tricks      functions of other languages that make text of other text, where code stands
 *   cuts        where it is given what stands in the text; see `cut-material.ts`
 *   maps        the same, and it puts letters for others
 *   splits      `IFS`, where it makes letters separators
 *   shell       where it is given a file, or what another command prints
 *   script      the ending of a file that is run
 *   sources     where a file follows
 *   interprets  where code or a file follows
 *   fetches     where what it brings may be run
 *   clones      the same, of `git clone`
 *   enters      a folder that later commands run in
 *   borrows     parts of a definition from elsewhere: `uses: a/b/.github/workflows/c.yml`
 *   seals       `kind: Secret`, whose values are encoded
 *   tool        a tool that runs files of its tree, which only matters where there is a tree
 */
export type Cue =
  | 'stops'
  | 'decodes'
  | 'unpacks'
  | 'prints'
  | 'joins'
  | 'fills'
  | 'tricks'
  | 'cuts'
  | 'maps'
  | 'splits'
  | 'shell'
  | 'script'
  | 'sources'
  | 'interprets'
  | 'fetches'
  | 'clones'
  | 'enters'
  | 'borrows'
  | 'seals'
  | 'tool';

export const CUES: ReadonlyMap<string, Cue> = new Map(
  Object.entries({
    stops:
      'basenc b64decode b32decode b16decode b85decode a85decode atob frombase64string uudecode ' +
      'decodestring decodebytes a2b decode64 b64 unhexlify fromhex hex2bin fromcharcode ' +
      'gunzipsync unzipsync inflatesync inflaterawsync brotlidecompresssync gzdecode gzuncompress ' +
      'gzinflate inflate decompress rot13 iex -enc -ec -encodedcommand -replace',
    decodes: 'base64 base32 openssl xxd',
    unpacks:
      'gunzip gzip zcat zlib unxz xz xzcat bunzip2 bzcat zstd zstdcat unzstd pigz unpigz brotli',
    prints: 'printf echo',
    joins: 'eval expression -join',
    fills: 'xargs parallel -split',
    tricks:
      'chr ord char fromcodepoint reverse reversed strrev join implode replace replaceall sub gsub ' +
      'split explode format sprintf pack unpack unpack1 repeat slice substring substr concat ' +
      'translate hex base64url rot codecs bytes bytearray uint8array array charcodeat codepointat ' +
      'chars decodeuricomponent decodeuri unescape urldecode rawurldecode unquote strtr',
    cuts: 'sed cut head tail tac basename awk gawk mawk',
    maps: 'tr rev',
    splits: 'ifs',
    shell: 'sh bash zsh dash ksh ash mksh yash posh fish csh tcsh pwsh powershell',
    script: 'py pl rb js mjs cjs ps1',
    sources: 'source',
    interprets: 'python python2 python3 pypy3 node nodejs deno bun perl ruby php lua',
    fetches: 'curl wget iwr irm invoke aria2c downloadfile downloadstring',
    clones: 'clone',
    enters: 'cd pushd directory workdir chdir',
    borrows: 'workflows',
    seals: 'secret',
    tool:
      'make gmake bmake npm npx cnpm yarn yarnpkg pnpm docker podman nerdctl buildah kubectl oc ' +
      'ansible tox nox just task rake gulp grunt pre composer cargo gradle gradlew scons fab mage ' +
      'vagrant terraform tofu pip pip3 go',
  } satisfies Record<Cue, string>).flatMap(([cue, words]) =>
    words.split(' ').map((word) => [word, cue as Cue] as const),
  ),
);

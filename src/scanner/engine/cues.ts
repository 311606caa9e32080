/**
 * Cues: words that may make a text worth seeing through although no rule looks for them, and what
 * each takes for that. Nearly every script has some (`bash`, `sed`, `curl`), so a cue is looked at
 * together with its command:
 *
 *   stops       always: tools and functions that undo an encoding, whatever they are given
 *   decodes     where an option says that it decodes and does not encode: `base64 -d`
 *   unpacks     where the text also writes bytes by number, which packed data needs
 *   prints      where its format glues its arguments; an `echo` that ends no line
 *   joins       what it is given becomes part of other words: `xargs -I{}`
 *   cuts        where it is given what stands in the text; see `cut-material.ts`
 *   maps        the same, and it puts letters for others
 *   splits      `IFS`, where it makes letters separators
 *   shell       where it is given a file, or what another command prints
 *   script      the ending of a file that is run
 *   sources     where a file follows
 *   interprets  where code or a file follows
 *   fetches     where what it brings may be run
 *   clones      the same, of `git clone`
 */
export type Cue =
  | 'stops'
  | 'decodes'
  | 'unpacks'
  | 'prints'
  | 'joins'
  | 'cuts'
  | 'maps'
  | 'splits'
  | 'shell'
  | 'script'
  | 'sources'
  | 'interprets'
  | 'fetches'
  | 'clones';

export const CUES: ReadonlyMap<string, Cue> = new Map(
  Object.entries({
    stops:
      'basenc b64decode b32decode b85decode a85decode atob frombase64string uudecode unhexlify fromhex ' +
      'fromcharcode iex -enc -ec -encodedcommand -replace',
    decodes: 'base64 base32 openssl xxd',
    unpacks:
      'gunzip gzip zcat zlib unxz xz xzcat bunzip2 bzcat zstd zstdcat unzstd pigz unpigz brotli',
    prints: 'printf echo',
    joins: 'eval xargs expression -join',
    cuts: 'sed cut head tail tac',
    maps: 'tr rev',
    splits: 'ifs',
    shell: 'sh bash zsh dash ksh ash busybox pwsh powershell',
    script: 'py pl rb js mjs cjs ps1',
    sources: 'source',
    interprets: 'python python2 python3 pypy3 node nodejs deno bun perl ruby php lua',
    fetches: 'curl wget iwr irm invoke aria2c downloadfile downloadstring',
    clones: 'clone',
  } satisfies Record<Cue, string>).flatMap(([cue, words]) =>
    words.split(' ').map((word) => [word, cue as Cue] as const),
  ),
);

import { poolOrigin } from '../engine/endpoint.ts';
import type { CommandPassage, FetchPassage, JobView } from '../engine/job-view.ts';
import { type MinerSource, minerProgramOrigin, minerSource } from '../engine/miner-name.ts';
import { programName } from '../engine/program.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';
import type { Indicators } from '../indicators/indicators.ts';
import { runsMiner } from './miner-command-line.ts';
import { runsOtherMiner } from './other-proof-of-work.ts';

const INSTALLERS: ReadonlySet<string> = new Set(
  'apt apt-get yum dnf apk pacman zypper brew snap choco scoop winget npm pip pip3 cargo go'.split(
    ' ',
  ),
);
const INSTALLING: ReadonlySet<string> = new Set(['install', 'add', '-S', '-Sy', '-y', 'i']);
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'sudo']);

/** A miner is fetched: its release, its installer, its package or its source. */
export const minerDownload: Rule = {
  id: 'miner-download',
  title: 'A mining program is fetched',
  severity: 'medium',
  confidence: 'medium',
  maturity: 'stable',
  group: 'delivery',
  atoms: [],
  hits: [
    {
      what: 'a release',
      script:
        'wget https://github.com/xmrig/xmrig/releases/download/v6.22.0/xmrig-6.22.0-linux-static-x64.tar.gz',
    },
    { what: 'its source', script: 'git clone https://github.com/xmrig/xmrig.git && cd xmrig' },
    {
      what: 'a mirror of the archive',
      script: 'curl -LO https://files.example.com/SRBMiner-Multi-2-4-9.tar.gz',
    },
    { what: 'a package', script: 'sudo apt-get install -y xmrig' },
    {
      what: "a pool's installer",
      script: 'curl -sL https://download.c3pool.org/setup.sh | bash -s',
    },
  ],
  innocents: [
    {
      what: 'an ordinary release',
      script: 'wget https://github.com/cli/cli/releases/download/v2/gh.tar.gz',
    },
    { what: "a pool's statistics", script: 'curl -s https://supportxmr.com/api/pool/stats' },
    { what: 'a package with a name alike', script: 'pip install dataminer-tools' },
  ],
  look(view: JobView): readonly Match[] {
    const runs = runsMiner(view) || runsOtherMiner(view);
    const fetched = view.fetched.flatMap((fetch) => fetchMatches(fetch, view, runs));
    const packages = view.commands.flatMap((command) => {
      return packageMatch(command, runs, view.indicators);
    });
    return [...fetched, ...packages];
  },
};

function fetchMatches(fetch: FetchPassage, view: JobView, runs: boolean): readonly Match[] {
  const source = sourceOf(fetch, view.indicators);
  if (source === null) return [];
  const isRelease = source.kind === 'release';
  const isRun = (isRelease && fetch.executed) || runs;
  const match: Match = {
    passage: fetch,
    bits: isRelease ? WEIGHTS.minerRelease : WEIGHTS.minerSource,
    evidence: fetch.url,
    role: 'sign',
    position: isRun ? 'executed' : 'referenced',
    isPrivate: source.origin === 'private',
  };
  // `curl … | bash -s ADDRESS`: the shell's own command is the miner's command line.
  const shell = isRelease && fetch.executed ? shellBehind(fetch, view) : undefined;
  if (!shell) return [match];
  return [match, { ...match, passage: shell, role: 'target', position: 'executed' }];
}

function sourceOf(fetch: FetchPassage, indicators: Indicators): MinerSource | null {
  const host = fetch.url.split('/', 3)[2] ?? '';
  // What a pool's own site hands out to be run is its miner's installer.
  const origin = fetch.executed ? poolOrigin(host.split(':', 1)[0] ?? '', indicators) : null;
  return origin === null ? minerSource(fetch.url, indicators) : { kind: 'release', origin };
}

function shellBehind(fetch: FetchPassage, view: JobView): CommandPassage | undefined {
  return view.commands.find((command) => {
    const isLater = command.order >= fetch.order && command.source === fetch.source;
    return isLater && SHELLS.has(programName(command.words[0] ?? ''));
  });
}

function packageMatch(
  command: CommandPassage,
  runs: boolean,
  indicators: Indicators,
): readonly Match[] {
  if (!INSTALLERS.has(command.program)) return [];
  if (!command.arguments.slice(0, 2).some((word) => INSTALLING.has(word))) return [];
  return command.arguments.slice(1).flatMap((evidence): readonly Match[] => {
    const origin = minerProgramOrigin(programName(evidence), indicators);
    if (origin === null) return [];
    const match = { passage: command, bits: WEIGHTS.minerRelease, evidence } as const;
    const position = runs ? 'executed' : 'referenced';
    return [{ ...match, role: 'sign', position, isPrivate: origin === 'private' }];
  });
}

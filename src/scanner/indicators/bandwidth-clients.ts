/**
 * Clients that sell the bandwidth and the address of the host they run on. They burn a free tier
 * like miners, and pay by account.
 *
 * Source: the services' own pages and images on public registries. As of 2026-11-23.
 */

/** Images, without tag and registry host. */
export const BANDWIDTH_IMAGES: readonly string[] = [
  'traffmonetizer/cli',
  'traffmonetizer/cli_v2',
  'honeygain/honeygain',
  'packetstream/psclient',
  'peer2profit/peer2profit_linux',
  'peer2profit/peer2profit_x86_64',
  'fazalfarhan01/earnapp',
  'madereddy/earnapp',
  'iproyal/pawns-cli',
  'repocket/repocket',
  'earnfm/earnfm-client',
  'proxyrack/pop',
  'mysteriumnetwork/myst',
  'bitping/bitping-node',
  'bitping/bitpingd',
  'camislav/grass',
  'mrcolorrain/grass',
  'mrcolorrain/grass-node',
  'mrcolorrain/grass-desktop',
  'proxylite/proxyservice',
  'packetshare/packetshare',
  'xterna/packetshare',
  'proxybase/proxybase',
  'kellphy/nodepay',
  'nezha123/titan-edge',
  'ghcr.io/adfly8470/proxylite',
  'enwaiax/peer2profit',
];

/** Programs, lower case, with the words of which one must stand in their arguments. */
export const BANDWIDTH_PROGRAMS: readonly {
  readonly program: string;
  readonly verbs: readonly string[];
}[] = [
  { program: 'traffmonetizer', verbs: ['start', '--token'] },
  { program: 'honeygain', verbs: ['-tou-accept', '-email', '-pass'] },
  { program: 'psclient', verbs: [] },
  { program: 'p2pclient', verbs: ['--login', '-l'] },
  { program: 'earnapp', verbs: ['start', 'register', 'install'] },
  { program: 'pawns-cli', verbs: ['-email', '-accept-tos', '-password'] },
  { program: 'iproyal', verbs: ['-email', '-accept-tos'] },
  { program: 'repocket', verbs: [] },
  { program: 'bitpingd', verbs: ['login', '--email'] },
  { program: 'packetshare', verbs: ['-accept-tos', '-email'] },
  { program: 'proxylite', verbs: [] },
  { program: 'proxybase', verbs: [] },
  { program: 'speedshare', verbs: ['connect'] },
  { program: 'titan-edge', verbs: ['daemon', 'bind'] },
  { program: 'gaganode', verbs: ['config', 'service', 'start'] },
  { program: 'apphub', verbs: ['service'] },
];

/** Hosts that such clients register with, whatever they are written in. */
export const BANDWIDTH_HOSTS: readonly string[] = [
  'director.getgrass.io',
  'proxy.wynd.network',
  'proxy2.wynd.network',
  'nw.nodepay.ai',
  'nw.nodepay.org',
  'api.traffmonetizer.com',
  'api.honeygain.com',
  'api.peer2profit.app',
  'updates.peer2profit.app',
  'api.earnapp.com',
  'api.packetstream.io',
  'api.repocket.co',
  'peer.proxyrack.com',
];

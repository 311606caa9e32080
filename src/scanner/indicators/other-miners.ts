/**
 * Mining that speaks no stratum: what it is run by, and how it is told whom to credit. Data for
 * `other-proof-of-work`.
 *
 * Source: the projects' own documentation, and jobs seen in real mining repositories. As of
 * 2026-11-23.
 */
export interface OtherMiner {
  readonly coin: string;
  /** Name of what runs, lower case. */
  readonly program: string;
  /** Words of which one must stand in its arguments; empty: the program alone mines. */
  readonly verbs: readonly string[];
  /** Options behind which the credited stands; empty: any address or word. */
  readonly credits: readonly string[];
}

export const OTHER_MINERS: readonly OtherMiner[] = [
  // Announcements over HTTP, with an address
  { coin: 'pkt', program: 'packetcrypt', verbs: ['ann'], credits: ['-p', '--paymentaddr'] },
  { coin: 'pkt', program: 'packetcrypt_rs', verbs: ['ann'], credits: ['-p', '--paymentaddr'] },
  // Python programs with a user name
  { coin: 'duino-coin', program: 'pc_miner.py', verbs: [], credits: [] },
  { coin: 'duino-coin', program: 'avr_miner.py', verbs: [], credits: [] },
  { coin: 'duino-coin', program: 'minimal_pc_miner.py', verbs: [], credits: [] },
  { coin: 'duino-coin', program: 'duino-coin', verbs: [], credits: [] },
  { coin: 'duino-coin', program: 'nodejs-duinocoin-miner', verbs: [], credits: [] },
  // Provers
  {
    coin: 'aleo',
    program: 'aleo-pool-prover',
    verbs: [],
    credits: ['--address', '--account_name'],
  },
  { coin: 'aleo', program: 'aleominer', verbs: [], credits: ['-u', '--address', '-w'] },
  { coin: 'aleo', program: 'snarkos', verbs: ['--prover'], credits: ['--private-key'] },
  { coin: 'quai', program: 'quai-cpu-miner', verbs: [], credits: [] },
  // Their own nodes and clients
  { coin: 'qubic', program: 'qli-client', verbs: [], credits: ['--alias', '--accesstoken'] },
  { coin: 'qubic', program: 'qiner', verbs: [], credits: [] },
  { coin: 'qubic', program: 'apoolminer', verbs: [], credits: ['--account'] },
  {
    coin: 'dynex',
    program: 'dynexsolve',
    verbs: [],
    credits: ['-mining-address', '-stratum-payment-id'],
  },
  { coin: 'ironfish', program: 'ironfish', verbs: ['miners:start'], credits: ['--address', '-a'] },
  { coin: 'nimiq', program: 'core-rs-nimiq-miner', verbs: [], credits: [] },
  {
    coin: 'nockchain',
    program: 'nockchain',
    verbs: ['--mine'],
    credits: ['--mining-pubkey', '--mining-pkh'],
  },
  { coin: 'tari', program: 'minotari_miner', verbs: [], credits: [] },
  { coin: 'dero', program: 'astrobwt-miner', verbs: [], credits: ['--wallet-address'] },
  { coin: 'dero', program: 'dero-miner', verbs: [], credits: ['--wallet-address'] },
  { coin: 'dero', program: 'dero-miner-linux-amd64', verbs: [], credits: ['--wallet-address'] },
  { coin: 'ore', program: 'ore', verbs: ['mine'], credits: ['--keypair', '--rpc'] },
  { coin: 'ore', program: 'ore-hq-client', verbs: ['mine'], credits: ['--url', '--keypair'] },
  // Nodes that mine
  {
    coin: 'ethereum',
    program: 'geth',
    verbs: ['--mine'],
    credits: ['--miner.etherbase', '--etherbase'],
  },
  {
    coin: 'verus',
    program: 'verusd',
    verbs: ['-gen', '-gen=1', '-mint'],
    credits: ['-mineraddress'],
  },
  { coin: 'komodo', program: 'komodod', verbs: ['-gen', '-gen=1'], credits: ['-mineraddress'] },
  { coin: 'zcash', program: 'zcashd', verbs: ['-gen', '-gen=1'], credits: ['-mineraddress'] },
  { coin: 'monero', program: 'p2pool', verbs: ['--start-mining'], credits: ['--wallet'] },
  // Proof of space: the disk instead of the processor
  { coin: 'chia', program: 'chia_plot', verbs: ['-c', '-p', '-f'], credits: ['-f', '-p', '-c'] },
  { coin: 'chia', program: 'chia', verbs: ['create'], credits: ['-f', '-c', '-p'] },
  { coin: 'chia', program: 'bladebit', verbs: ['-f'], credits: ['-f', '-p', '-c'] },
];

/** Options of a node's test networks, on which coins are worth nothing. */
export const TEST_NETWORKS: readonly string[] = [
  '--dev',
  '-regtest',
  '--regtest',
  '-regtest=1',
  '-testnet',
  '--testnet',
  '--stagenet',
  '--sepolia',
  '--goerli',
  '--holesky',
  '--fakenet',
  '--network=testnet',
];

/** Files of scripts that mine in a browser or in Node.js. */
export const BROWSER_MINERS: readonly string[] = [
  'coinhive.min.js',
  'authedmine.min.js',
  'cryptonight.wasm',
  'cryptonight-worker.js',
  'cryptonight-asmjs.min.js',
  'deepminer.js',
  'deepminer.min.js',
  'crypta.js',
  'cryptoloot.min.js',
  'webmr.js',
  'coinimp.min.js',
  'minero.js',
  'randomx.wasm',
  'monerominer.js',
  'wasmminer.js',
  'vrscminer.js',
  'jsecoin.js',
];

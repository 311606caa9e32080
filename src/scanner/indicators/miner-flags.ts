/**
 * Words on a command line that belong to mining programs. From the option lists of xmrig,
 * cpuminer-opt, ccminer, SRBMiner-MULTI, lolMiner, T-Rex, TeamRedMiner and xmr-stak.
 * As of 2026-11-22.
 */

/** Options that no other common tool has. One of them says as much as a program's name. */
export const MINER_ONLY_FLAGS: readonly string[] = [
  '--donate-level',
  '--donate-over-proxy',
  '--cpu-max-threads-hint',
  '--cpu-no-yield',
  '--cpu-memory-pool',
  '--randomx-init',
  '--randomx-mode',
  '--randomx-no-numa',
  '--randomx-no-rdmsr',
  '--randomx-wrmsr',
  '--randomx-1gb-pages',
  '--randomx-cache-qos',
  '--huge-pages-jit',
  '--no-huge-pages',
  '--rig-id',
  '--nicehash',
  '--daemon-zmq-port',
  '--self-select',
  '--argon2-impl',
  '--astrobwt-max-size',
  '--cuda-bfactor-hint',
  '--tls-fingerprint',
  '--gpu-intensity',
  '--dualmode',
  '--ethstratum',
  '--algo-perf',
  '--bench-algo-time',
  '--start-mining',
  '--mining-threads',
  '--bg-mining-enable',
  // More options of the same programs. 2026-11-23
  '--opencl-loader',
  '--cuda-loader',
  '--dual-algorithm',
  '--gpu-boost',
  '--algo-min-time',
  '--cpu-threads-intensity',
  '--multi-algorithm-job-mode',
];

/** Options that say where the work comes from. The short ones mean other things to other tools. */
export const ENDPOINT_FLAGS: readonly string[] = [
  '-o',
  '--url',
  '--pool',
  '--pool-url',
  '--pool-address',
  '--server',
  '--stratum',
  '-pool',
  '-epool',
  '-zpool',
];

/** Options that say whose account is credited. */
export const LOGIN_FLAGS: readonly string[] = [
  '-u',
  '--user',
  '--userpass',
  '--wallet',
  '--wallet-address',
  '--login',
  '--start-mining',
  '-wal',
  '-ewal',
  '-zwal',
  '-wallet',
];

/** Options that carry the password, in which some pools take the coin that they pay out. */
export const PASSWORD_FLAGS: readonly string[] = ['-p', '--pass', '--password', '-epsw', '-zpsw'];

/** Options that miners share with others: counted only beside an endpoint or a login. */
export const COMPANION_FLAGS: readonly string[] = [
  '-p',
  '--pass',
  '--password',
  '-k',
  '--keepalive',
  '--tls',
  '-t',
  '--threads',
  '-a',
  '--algo',
  '--algorithm',
  '--coin',
  '-B',
  '--background',
  '--cpu-priority',
  '--cpu-affinity',
  '--worker',
  '-w',
  '-R',
  '--retries',
  '--retry-pause',
  '-x',
  '--proxy',
  '--no-color',
  '--api-worker-id',
  '--av',
  '-O',
];

/** Options that carry the algorithm or the coin. */
export const ALGORITHM_FLAGS: readonly string[] = ['-a', '--algo', '--algorithm', '--coin'];

/** Options with which a miner does not mine: it answers, tests itself or measures itself. */
export const IDLE_FLAGS: readonly string[] = [
  '-h',
  '--help',
  '-V',
  '--version',
  '--dry-run',
  '--bench',
  '--stress',
  '--submit',
  '--verify',
  '--benchmark',
  '--cputest',
  '--cpu-test',
  '--export-topology',
  '--print-platforms',
  '--list-devices',
  '--list-algorithms',
  '--selftest',
  '--self-test',
];

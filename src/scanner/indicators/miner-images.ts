/**
 * Container images that mine when they start, without tag and registry host. Besides these an image
 * is a miner's when the last part of its name is a mining program (`anyone/xmrig`).
 *
 * Source: images seen in real mining repositories and published reports of mining campaigns.
 * As of 2026-11-22.
 */
export const MINER_IMAGES: readonly string[] = [
  'metal3d/xmrig',
  'miningcontainers/xmrig',
  'servethehome/monero_cpu_moneropool',
  'servethehome/monero_cpu_minergate',
  'servethehome/monero_cpu_xmrpooleu',
  'servethehome/universal_cryptonight',
  'servethehome/zcash_nicehash',
  'kannix/monero-miner',
  'patsissons/xmrig',
  'timonmat/xmr-stak-cpu',
  'giansalex/monero-miner',
  'wernight/cpuminer-multi',
  'hmage/cpuminer-opt',
  'yenik65958/secret',
  'docker72590/apache',
];

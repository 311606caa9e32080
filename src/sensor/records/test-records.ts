/** What other sensors write, by their schemas: a record of each kind that is read. */
export const FALCO = {
  stratum: {
    hostname: 'runner-1',
    output: '11:00:00.000000001: Critical Possible miner running (command=…)',
    priority: 'Critical',
    rule: 'Detect crypto miners using the Stratum protocol',
    source: 'syscall',
    tags: ['T1496', 'container', 'host', 'mitre_impact', 'process'],
    time: '2026-11-22T11:00:00.000000001Z',
    output_fields: {
      'container.id': '0f3a5b6c7d8e',
      'container.image.repository': 'docker.io/library/node',
      'evt.time': 1_795_345_200_000_000_000,
      'evt.type': 'execve',
      'k8s.ns.name': null,
      'k8s.pod.name': null,
      'proc.cmdline': 'kworker -o stratum+tcp://pool.example:3333 -u gang',
      'proc.exepath': '/tmp/kworker',
      'proc.name': 'kworker',
      'proc.pid': 4_711,
      'proc.pname': 'sh',
      'proc.tty': 0,
      'user.name': 'root',
    },
  },
  known: {
    priority: 'Warning',
    rule: 'Known Cryptominer Process Executed',
    source: 'syscall',
    time: '2026-11-22T11:00:01Z',
    output_fields: { 'container.id': 'host', 'proc.name': 'xmrig', 'proc.cmdline': 'xmrig' },
  },
  connection: {
    priority: 'Notice',
    rule: 'Outbound connection of a build',
    source: 'syscall',
    time: '2026-11-22T11:00:02Z',
    output_fields: {
      'fd.name': '10.0.0.2:51000->192.0.2.7:3333',
      'fd.rip': '192.0.2.7',
      'fd.rip.name': 'eu.pool.example',
      'fd.rport': 3333,
      'proc.name': 'node',
    },
  },
  shell: {
    priority: 'Notice',
    rule: 'Terminal shell in container',
    source: 'syscall',
    time: '2026-11-22T11:00:03Z',
    output_fields: { 'proc.cmdline': 'bash -i', 'proc.name': 'bash', 'proc.exepath': '/bin/bash' },
  },
  drop: {
    priority: 'Debug',
    rule: 'Falco internal: syscall event drop',
    source: 'internal',
    time: '2026-11-22T11:00:04Z',
    output_fields: { ebpf_enabled: '1', n_drops: '85801', n_evts: '2681084', n_drops_bug: '0' },
  },
  metrics: {
    priority: 'Informational',
    rule: 'Falco internal: metrics snapshot',
    source: 'internal',
    time: '2026-11-22T11:00:05Z',
    output_fields: { 'scap.n_drops': 85_810, 'scap.n_evts': 9_000_000, 'falco.cpu_usage_perc': 3 },
  },
} as const;

const process = {
  exec_id: 'cnVubmVyOjE=',
  pid: 4_711,
  uid: 0,
  cwd: '/',
  binary: '/tmp/kworker',
  arguments: '-o stratum+tcp://pool.example:3333 -u gang',
  flags: 'execve clone',
  start_time: '2026-11-22T11:00:00.000000000Z',
  pod: {
    namespace: 'ci',
    name: 'job-1',
    uid: '8d2c5a3e-0000-4000-8000-000000000001',
    container: { id: 'containerd://0f3a5b6c7d8e9f00', name: 'build' },
  },
  docker: '0f3a5b6c7d8e9f0',
};

const time = '2026-11-22T11:00:00.123456789Z';

export const TETRAGON = {
  exec: { process_exec: { process, parent: { binary: '/bin/sh' } }, node_name: 'n1', time },
  memory: {
    process_exec: {
      process: {
        ...process,
        binary: '/proc/self/fd/5',
        arguments: '',
        binary_properties: { file: { inode: { number: '1045', links: 0 } } },
      },
    },
    node_name: 'n1',
    time,
  },
  connect: {
    process_kprobe: {
      process,
      function_name: 'tcp_connect',
      args: [
        {
          sock_arg: {
            family: 'AF_INET',
            type: 'SOCK_STREAM',
            protocol: 'IPPROTO_TCP',
            saddr: '10.0.0.2',
            daddr: 'pool.example',
            sport: 51_000,
            dport: 3333,
          },
        },
      ],
      action: 'KPROBE_ACTION_POST',
      policy_name: 'connect',
    },
    node_name: 'n1',
    time,
  },
  msr: {
    process_kprobe: {
      process,
      function_name: 'security_file_permission',
      args: [{ file_arg: { path: '/dev/cpu/3/msr' } }, { int_arg: 2 }],
      policy_name: 'files',
    },
    time,
  },
  policy: {
    process_tracepoint: { process, subsys: 'x86_fpu', policy_name: 'randomx-rounding' },
    time,
  },
  exit: { process_exit: { process, signal: 'SIGKILL', time }, time },
  limited: {
    rate_limit_info: { number_of_dropped_process_events: '73300' },
    node_name: 'n1',
    time,
  },
} as const;

const flow = {
  timestamp: '2026-11-22T11:00:00.123456+0000',
  flow_id: 1_234_567_890,
  src_ip: '10.0.0.2',
  src_port: 51_000,
  dest_ip: '192.0.2.7',
  dest_port: 443,
  proto: 'TCP',
};

export const EVE = {
  alert: {
    ...flow,
    src_ip: '192.0.2.7',
    src_port: 3333,
    dest_ip: '10.0.0.2',
    dest_port: 51_000,
    event_type: 'alert',
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id: 2_017_871,
      rev: 3,
      signature: 'ET COINMINER W32/BitCoinMiner.MultiThreat Subscribe/Authorize Stratum Protocol',
      category: 'Crypto Currency Mining Activity Detected',
      severity: 2,
    },
    flow: { src_ip: '10.0.0.2', src_port: 51_000, dest_ip: '192.0.2.7', dest_port: 3333 },
  },
  category: {
    ...flow,
    event_type: 'alert',
    alert: {
      signature_id: 9,
      signature: 'LOCAL 9',
      category: 'Crypto Currency Mining Activity Detected',
    },
  },
  other: {
    ...flow,
    event_type: 'alert',
    alert: { signature_id: 8, signature: 'ET INFO User-Agent', category: 'Misc activity' },
  },
  tls: {
    ...flow,
    event_type: 'tls',
    tls: {
      sni: 'eu.pool.example',
      version: 'TLS 1.3',
      ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
    },
  },
  dns2: {
    ...flow,
    dest_port: 53,
    event_type: 'dns',
    dns: { version: 2, type: 'query', id: 1, rrname: 'a.pool.example', rrtype: 'A' },
  },
  dns3: {
    ...flow,
    dest_port: 53,
    event_type: 'dns',
    dns: { version: 3, type: 'request', queries: [{ rrname: 'b.pool.example', rrtype: 'A' }] },
  },
  http: { ...flow, event_type: 'http', http: { hostname: 'c.pool.example', url: '/' } },
  quiet: {
    ...flow,
    event_type: 'flow',
    app_proto: 'tls',
    flow: {
      pkts_toserver: 120,
      pkts_toclient: 110,
      bytes_toserver: 9_000,
      bytes_toclient: 30_000,
      age: 1_155,
      state: 'closed',
    },
  },
  busy: {
    ...flow,
    event_type: 'flow',
    app_proto: 'tls',
    flow: { pkts_toserver: 900, pkts_toclient: 9_000, bytes_toclient: 9_000_000, age: 600 },
  },
  stats: {
    timestamp: flow.timestamp,
    event_type: 'stats',
    stats: { capture: { kernel_drops: 77 } },
  },
} as const;

const ends = {
  'ts': 1_795_345_200.5,
  'uid': 'CHhAvVGS1DHFjwGM9',
  'id.orig_h': '10.0.0.2',
  'id.orig_p': 51_000,
  'id.resp_h': '192.0.2.7',
  'id.resp_p': 443,
};

export const ZEEK = {
  dns: { ...ends, 'id.resp_p': 53, 'proto': 'udp', 'query': 'eu.pool.example', 'qtype_name': 'A' },
  ssl: { ...ends, version: 'TLSv13', server_name: 'eu.pool.example', established: true },
  http: { ...ends, method: 'GET', host: 'pool.example', uri: '/' },
  conn: {
    ...ends,
    proto: 'tcp',
    service: 'ssl',
    duration: 700.2,
    orig_bytes: 4_000,
    resp_bytes: 20_000,
    orig_pkts: 90,
    resp_pkts: 90,
    missed_bytes: 0,
  },
  holes: { ...ends, proto: 'tcp', service: 'ssl', duration: 3, missed_bytes: 1_448 },
  notice: { ...ends, note: 'Bitcoin::Miner', msg: 'Bitcoin miner at 10.0.0.2', sub: 'stratum' },
  loss: { 'ts': 1_795_345_200, 'ts_delta': 900, 'peer': 'zeek', 'gaps': 12, 'acks': 9_000 },
} as const;

/** The log of Zeek's own format that holds the first of these. */
export function zeekTsv(): string {
  const fields = [
    'ts',
    'uid',
    'id.orig_h',
    'id.orig_p',
    'id.resp_h',
    'id.resp_p',
    'query',
    'answers',
  ];
  const types = ['time', 'string', 'addr', 'port', 'addr', 'port', 'string', 'vector[string]'];
  return [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tdns',
    `#fields\t${fields.join('\t')}`,
    `#types\t${types.join('\t')}`,
    '1795345200.500000\tC1\t10.0.0.2\t51000\t10.0.0.1\t53\teu.pool.example\t192.0.2.7,192.0.2.8',
    '1795345201.500000\tC2\t10.0.0.2\t51001\t10.0.0.1\t53\t-\t(empty)',
    'broken\trow',
    '1795345202.500000\tC3\t2001:db8::1\t51001\t10.0.0.1\t53\tb.pool.example\t-',
    '#close\t2026-11-22-12-00-00',
    '',
  ].join('\n');
}

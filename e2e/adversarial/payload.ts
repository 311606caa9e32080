/** What the cases hide: the command lines of miners, and beside each an innocent one alike. */
import { testAddress } from '../../src/scanner/wallet/test-addresses.ts';

export interface Payload {
  readonly name: string;
  /** A file of the job's own that runs, without its arguments. */
  readonly program: string;
  readonly endpoint: string;
  readonly login: string;
  /** The whole command line. */
  readonly command: string;
  /** The body of a configuration file that says the same. */
  readonly configuration: string;
}

type MinerShape = Pick<Payload, 'name' | 'program' | 'endpoint' | 'login'> & {
  readonly arguments: string;
};

/** Miners of five families, each paid to an address made from the seed. */
export function miners(seed: number): readonly Payload[] {
  const monero = testAddress('monero', seed);
  const bitcoin = testAddress('bitcoin', seed);
  const ethereum = testAddress('ethereum', seed);
  const dogecoin = testAddress('dogecoin', seed);
  const shapes: readonly MinerShape[] = [
    {
      name: 'randomx',
      program: './xmrig',
      endpoint: 'stratum+tcp://pool.example.org:3333',
      login: `${monero}.worker${seed}`,
      arguments: '-a rx/0 -o ENDPOINT -u LOGIN -p x -k',
    },
    {
      name: 'cpuminer',
      program: './cpuminer',
      endpoint: 'stratum+tcp://eu.example.net:6233',
      login: `${bitcoin}.ci${seed}`,
      arguments: '-a yespower -o ENDPOINT -u LOGIN -p c=BTC -t 2',
    },
    {
      name: 'etchash',
      program: './lolMiner',
      endpoint: 'stratum+ssl://etc.example.org:5555',
      login: `${ethereum}.rig${seed}`,
      arguments: '--algo ETCHASH --pool ENDPOINT --user LOGIN --pass x',
    },
    {
      name: 'paid in another coin',
      program: './xmrig',
      endpoint: 'stratum+ssl://rx.example.com:443',
      login: `DOGE:${dogecoin}.job${seed}#ab12-cd34`,
      arguments: '--url ENDPOINT --user LOGIN --pass x --tls --cpu-max-threads-hint 75',
    },
    {
      name: 'old options',
      program: './minerd',
      endpoint: 'stratum+tcp://scrypt.example.net:3335',
      login: `${bitcoin}.w${seed}`,
      arguments: '-a scrypt -o ENDPOINT -O LOGIN:x -q',
    },
  ];
  return shapes.map(payloadOf);
}

function payloadOf(shape: MinerShape): Payload {
  const { program, endpoint, login } = shape;
  const given = shape.arguments.replace('ENDPOINT', endpoint).replace('LOGIN', login);
  const pool = { url: endpoint, user: login, pass: 'x', keepalive: true, tls: false };
  const configuration = JSON.stringify({
    autosave: true,
    cpu: { enabled: true, 'huge-pages': true },
    'donate-level': 0,
    pools: [pool],
  });
  return { ...shape, command: `${program} ${given}`, configuration };
}

/** The same words' innocent doubles: a tool of the build, a server of the tests, a user's name. */
export function innocents(): readonly Payload[] {
  const shapes: readonly MinerShape[] = [
    {
      name: 'load test',
      program: './loadtest',
      endpoint: 'https://staging.example.org:8443',
      login: 'ci-user.worker7',
      arguments: '-o ENDPOINT -u LOGIN -p x -t 2',
    },
    {
      name: 'build tool',
      program: './compile',
      endpoint: 'grpc://cache.example.net:9092',
      login: 'deploy.linux',
      arguments: '--url ENDPOINT --user LOGIN --threads 4 --keepalive',
    },
  ];
  return shapes.map((shape) => ({
    ...payloadOf(shape),
    configuration: JSON.stringify({ url: shape.endpoint, user: shape.login, retries: 3 }),
  }));
}

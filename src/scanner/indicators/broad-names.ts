/**
 * Names that no indicator may be: they are everybody's, so that one of them in a list, by mistake
 * or on purpose, would make ordinary jobs look like mining. Not complete and need not be: the lists
 * that people keep go wrong in the same few ways.
 *
 * Source: the most used hosts, images and programs of public CI definitions, and the longest parts
 * of the public suffix list that CI definitions name. As of 2026-11-23.
 */

/** Suffixes under which strangers register or are hosted: a name of them alone is nobody's. */
export const PUBLIC_SUFFIXES: readonly string[] = [
  ...'com org net io dev app info biz xyz top site online club pro me cc tv co ai us'.split(' '),
  ...'eu de fr uk nl'.split(' '),
  ...'ru cn jp br in it es pl se ch at be dk fi no cz pt ua kr tw hk sg au nz ca'.split(' '),
  ...'mx za tr ir id vn'.split(' '),
  ...'gov edu mil int arpa cloud tech space store live world zone pool stream'.split(' '),
  ...'network finance'.split(' '),
  ...'co.uk org.uk ac.uk gov.uk com.au net.au org.au com.br com.cn net.cn org.cn co.jp ne.jp'.split(
    ' ',
  ),
  ...'co.kr co.in co.nz co.za com.mx com.tr com.tw com.hk com.sg com.ua com.ru msk.ru'.split(' '),
  ...'github.io gitlab.io pages.dev workers.dev web.app firebaseapp.com appspot.com'.split(' '),
  ...'herokuapp.com onrender.com fly.dev railway.app vercel.app netlify.app glitch.me'.split(' '),
  ...'repl.co replit.app replit.dev surge.sh deno.dev okteto.dev azurewebsites.net'.split(' '),
  ...'cloudapp.azure.com azureedge.net windows.net core.windows.net amazonaws.com'.split(' '),
  ...'compute.amazonaws.com elb.amazonaws.com elasticbeanstalk.com cloudfront.net'.split(' '),
  ...'run.app cloudfunctions.net googleusercontent.com digitaloceanspaces.com'.split(' '),
  ...'ondigitalocean.app linodeobjects.com b-cdn.net fastly.net akamaized.net edgekey.net'.split(
    ' ',
  ),
  ...'ngrok.io ngrok-free.app trycloudflare.com loca.lt nip.io sslip.io xip.io'.split(' '),
  ...'blogspot.com wordpress.com tumblr.com weebly.com wixsite.com readthedocs.io'.split(' '),
];

/** Hosts of everybody's jobs, and of clouds. */
export const BROAD_HOSTS: readonly string[] = [
  ...'github.com githubusercontent.com raw.githubusercontent.com githubassets.com ghcr.io'.split(
    ' ',
  ),
  ...'gitlab.com bitbucket.org codeberg.org sr.ht gitea.com sourceforge.net'.split(' '),
  ...'docker.io docker.com quay.io gcr.io pkg.dev mcr.microsoft.com public.ecr.aws'.split(' '),
  ...'npmjs.org npmjs.com yarnpkg.com pypi.org pythonhosted.org rubygems.org crates.io'.split(' '),
  ...'rust-lang.org golang.org go.dev maven.org apache.org nodejs.org python.org'.split(' '),
  ...'google.com googleapis.com gstatic.com microsoft.com azure.com apple.com amazon.com'.split(
    ' ',
  ),
  ...'aws.amazon.com cloudflare.com fastly.com digitalocean.com oracle.com alibaba.com'.split(' '),
  ...'aliyun.com aliyuncs.com tencent.com hetzner.com ovh.net linode.com vultr.com'.split(' '),
  ...'debian.org ubuntu.com archlinux.org fedoraproject.org alpinelinux.org kernel.org'.split(' '),
  ...'gnu.org sentry.io datadoghq.com codecov.io coveralls.io sonarcloud.io snyk.io'.split(' '),
  ...'slack.com discord.com discordapp.com telegram.org twitter.com facebook.com'.split(' '),
  ...'youtube.com wikipedia.org reddit.com stackoverflow.com pastebin.com transfer.sh'.split(' '),
  ...'localhost example.com example.org example.net'.split(' '),
];

/** Words that are a program's name and a hundred other things. */
export const BROAD_PROGRAMS: readonly string[] = [
  ...'miner mine mining pool proxy worker node agent server client daemon runner app main'.split(
    ' ',
  ),
  ...'test tests build run start job task service init update setup install config script'.split(
    ' ',
  ),
  ...'bin lib api web cli core engine monitor watcher manager helper loader linux windows'.split(
    ' ',
  ),
  ...'verus monero bitcoin ethereum rigel trex ore chia grass a.out program binary tool'.split(' '),
];

/** Owners of images that every second job uses. */
export const BROAD_IMAGE_OWNERS: readonly string[] = [
  ...'library bitnami docker gitlab cimg circleci grafana prom jenkins hashicorp google'.split(' '),
  ...'microsoft amazon nginxinc elastic selenium cypress rancher istio'.split(' '),
];

/** Owners of repositories that every second job uses. */
export const BROAD_REPOSITORY_OWNERS: readonly string[] = [
  ...'actions github docker microsoft google aws azure hashicorp kubernetes apache nodejs'.split(
    ' ',
  ),
  ...'python rust-lang golang denoland oven-sh torvalds git curl cli homebrew nvm-sh'.split(' '),
];

/** Names of hash functions that other tools take behind `-a` and `--algorithm` too. */
export const BROAD_ALGORITHMS: readonly string[] = [
  ...'sha1 sha224 sha256 sha384 sha512 sha-256 sha3 md5 blake2 blake2s blake2b blake3 keccak'.split(
    ' ',
  ),
  ...'scrypt argon2 argon2d argon2id bcrypt aes rsa ed25519 ecdsa gzip zstd lz4 brotli xz'.split(
    ' ',
  ),
  ...'hs256 rs256 es256 auto default fast best all none'.split(' '),
];

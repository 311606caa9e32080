import type { CommandPassage, JobView, Passage } from '../engine/job-view.ts';
import { minerImage } from '../engine/miner-name.ts';
import { miningOptions, optionsOf } from '../engine/options.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';
import type { Indicators } from '../indicators/indicators.ts';

const BITS = { published: WEIGHTS.minerImage, named: WEIGHTS.minerNamedImage } as const;

/** A container image that mines when it starts. */
export const minerImageRule: Rule = {
  id: 'miner-image',
  title: 'A container image of a mining program is run',
  severity: 'high',
  confidence: 'medium',
  maturity: 'stable',
  group: 'image',
  atoms: [],
  hits: [
    { what: 'docker run', script: 'docker run -d --rm metal3d/xmrig' },
    {
      what: 'with options and a registry',
      script: 'docker run -e A=b docker.io/metal3d/xmrig:latest',
    },
    { what: 'from a mirror', script: 'docker run registry.example.com/hub/docker72590/apache' },
    { what: 'named after a miner', script: 'podman run -it ghcr.io/someone/xmrig:6.22' },
    { what: 'kubectl', script: 'kubectl run web --image=metal3d/xmrig' },
    { what: 'the image of a job', script: 'true', image: 'metal3d/xmrig:latest' },
  ],
  innocents: [
    { what: 'built', script: 'docker build -t someone/xmrig:latest .' },
    { what: 'pushed', script: 'docker push someone/xmrig:latest' },
    { what: 'inspected', script: 'docker image inspect metal3d/xmrig' },
    { what: 'scanned', script: 'trivy image metal3d/xmrig' },
    { what: 'an ordinary image', script: 'docker run --rm alpine echo hi', image: 'node:24' },
  ],
  look(view: JobView): readonly Match[] {
    const { indicators } = view;
    const images = view.images.flatMap((image) => {
      return imageMatch(image.text, image, false, indicators);
    });
    return [...images, ...view.commands.flatMap((command) => commandImage(command, indicators))];
  },
};

function commandImage(command: CommandPassage, indicators: Indicators): readonly Match[] {
  if (command.image !== '') {
    const { isIdle } = miningOptions(command.arguments, indicators);
    return imageMatch(command.image, command, isIdle, indicators);
  }
  if (command.program !== 'kubectl' && command.program !== 'oc') return [];
  const images = optionsOf(command.arguments).filter(({ flag }) => flag === '--image');
  return images.flatMap(({ value }) => imageMatch(value, command, false, indicators));
}

function imageMatch(
  image: string,
  passage: Passage,
  isIdle: boolean,
  indicators: Indicators,
): readonly Match[] {
  const miner = minerImage(image, indicators);
  if (miner === null) return [];
  const isPrivate = miner.origin === 'private';
  const bits = isIdle ? WEIGHTS.idleMiner : BITS[miner.kind];
  const match: Match = { passage, bits, evidence: image, role: isIdle ? 'sign' : 'target' };
  const isCommand = 'program' in passage;
  return [
    {
      ...match,
      isWeak: isIdle,
      isPrivate,
      ...(isCommand ? { position: 'executed' as const } : {}),
    },
  ];
}

import { quote } from '../text/shell.ts';
import { defineCheck } from './define.ts';
import { attributedKills, earliestRun, inMebibytes, unseenKills } from './shared/oom.ts';

const ML_IMAGE = /immich-machine-learning/;
const ACCELERATOR = /^(.*immich-machine-learning:[\w.-]*?)-(openvino|cuda|rocm|armnn|rknn)$/;

export const mlOom = defineCheck({
  id: 'ml-oom',
  title: "Immich's machine learning has enough memory",
  why: 'The images for accelerators need far more memory than the one for the CPU. When the worker is killed, search and faces stop, and the container stays up.',
  tags: ['immich', 'memory'],
  needs: ['units', 'kernelOom', 'system'],
  wants: ['containers', 'containerNames', 'unitJournal', 'unitCommands'],
  evaluate(facts, { windowStart, configuration, names }) {
    const images = new Map<string, string>();
    for (const { unit, image } of facts.unitCommands ?? []) {
      const container = facts.units.find(({ id }) => id === unit)?.container;
      if (container !== undefined && image !== undefined) images.set(container, image);
    }
    for (const { name, image } of facts.containers ?? []) images.set(name, image);
    const machineLearning = [...images].filter(
      ([container, image]) => ML_IMAGE.test(image) || container === names.machineLearning,
    );
    if (machineLearning.length === 0 && facts.containers !== undefined && facts.unitCommands !== undefined) {
      return {
        skip: `no container with an immich-machine-learning image${names.machineLearning === undefined ? '' : `, and none named ${names.machineLearning}`}`,
      };
    }
    const kills = attributedKills(facts, windowStart).filter((kill) => kill.present);
    const findings = machineLearning.flatMap(([container, image]) => {
      const own = kills.filter((kill) => kill.container === container);
      const last = own.at(-1);
      if (last === undefined) return [];
      const commands = facts.unitCommands?.find(({ unit }) => unit === last.unit?.id);
      const accelerated = ACCELERATOR.exec(image);
      const target = accelerated?.[1] ?? image;
      const edits = [
        ...(commands?.memory === undefined ? [] : [`s/--memory=${commands.memory}"/--memory=2g"/`]),
        ...(commands?.memorySwap === undefined
          ? []
          : [`s/--memory-swap=${commands.memorySwap}"/--memory-swap=3g"/`]),
        // Last, because the range that the limits are changed in begins at the image.
        ...(accelerated === null ? [] : [`s|${image}|${target}|`]),
      ];
      const anchor = image.replace(/^.*\//, '');
      return [
        {
          status: 'fail' as const,
          title: `${container} was killed for memory ${own.length === 1 ? 'once' : `${own.length} times`}`,
          summary:
            accelerated === null
              ? `Its limit of ${inMebibytes(last.limitBytes)} is too small.`
              : `It runs the image for ${accelerated[2]}, which wants more memory than its limit of ${inMebibytes(last.limitBytes)}.`,
          subject: container,
          evidence: [
            ...own.slice(-3).map((kill) => ({
              source: 'kernel log',
              observed: `${kill.process} (pid ${kill.pid}) killed, limit ${inMebibytes(kill.limitBytes)}, cgroup ${kill.cgroup}`,
              at: kill.at,
            })),
            {
              source: 'podman',
              observed: `image ${image}`,
              ...(accelerated === null ? {} : { expected: target }),
            },
          ],
          fix: {
            summary:
              accelerated === null
                ? 'Give it --memory=2g --memory-swap=3g, or fewer workers (MACHINE_LEARNING_WORKERS=1).'
                : `Use the image for the CPU (${target}), without devices, with --memory=2g --memory-swap=3g.`,
            commands: [
              `sudo grep -rlZ --include='*.nix' ${quote(anchor)} ${quote(configuration)} | sudo xargs -0r sed -i ${quote(`\\|${anchor}|,/};/{ ${edits.join('; ')} }`)}`,
              'sudo nixos-rebuild switch',
            ],
            docs: 'docs/checks.md#ml-oom',
          },
        },
      ];
    });
    return { findings, unseen: unseenKills(facts.kernelOom, earliestRun(facts, windowStart)) };
  },
});

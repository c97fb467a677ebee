import type { WorkerMessage } from '../probes/container-log.ts';
import type { UnitCommands } from '../probes/unit-commands.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft } from './define.ts';
import { source } from './ml-oom/source.ts';
import { allWith, firstWith } from './shared/lookup.ts';
import { acceleratedImage, ML_IMAGE } from './shared/machine-learning.ts';
import { bytesOf, GIBIBYTE, wordOf } from './shared/memory.ts';
import { missing } from './shared/missing.ts';
import {
  attributeKills,
  countedKills,
  earliestRun,
  inMebibytes,
  killEvidence,
  reachesBack,
  unseenKills,
} from './shared/oom.ts';
import { runStart } from './shared/runs.ts';

/** gunicorn tells of a time-out a moment before it kills the worker for it. */
const TIMEOUT_BEFORE_KILL_MS = 60_000;

export const mlOom = defineCheck({
  id: 'ml-oom',
  title: "Immich's machine learning has enough memory",
  why: 'The images for accelerators need far more memory than the one for the CPU. When the worker is killed, search and faces stop, and the container stays up.',
  tags: ['immich', 'memory'],
  host: {
    needs: ['units', 'system'],
    wants: [
      'kernelOom',
      'journal',
      'containers',
      'containerNames',
      'unitJournal',
      'unitCommands',
      'memoryGroups',
      'workerMessages',
    ],
    evaluate(facts, { windowStart, configuration, blind, names }) {
      const images = new Map<string, string>();
      for (const { unit, image } of facts.unitCommands ?? []) {
        const container = firstWith(facts.units, 'id', unit)?.container;
        if (container !== undefined && image !== undefined) images.set(container, image);
      }
      for (const { name, image } of facts.containers ?? []) images.set(name, image);
      const machineLearning = [...images].filter(
        ([container, image]) => ML_IMAGE.test(image) || container === names.machineLearning,
      );
      const imagesSeen = !blind.some(({ probe }) => probe === 'containers' || probe === 'unit-commands');
      if (machineLearning.length === 0 && imagesSeen) {
        return {
          skip: `no container with an immich-machine-learning image${names.machineLearning === undefined ? '' : `, and none named ${names.machineLearning}`}`,
        };
      }
      const attribution = attributeKills(facts, windowStart);
      const counted = countedKills(facts, attribution, windowStart);
      const kernelSeen = reachesBack(facts, earliestRun(facts, windowStart));
      const findings = machineLearning.flatMap(([container, image]): FindingDraft[] => {
        const unit = firstWith(facts.units, 'container', container);
        const commands = firstWith(facts.unitCommands, 'unit', unit?.id ?? '');
        const kills = allWith(attribution.ours, 'container', container).filter((kill) => kill.present);
        const count = firstWith(counted, 'container', container);
        const since = unit === undefined ? windowStart : runStart(unit, facts.unitJournal, windowStart);
        // gunicorn only guesses at the cause: where the kernel's log is whole, that is the one to believe. Without a
        // limit of its own the container is not killed at one.
        const unlimited = allWith(facts.containers, 'name', container).some(({ memory }) => memory === 0);
        const workers =
          kernelSeen || unlimited ? [] : killedWorkers(facts.workerMessages ?? [], container, since);
        const times = kills.length || count?.kills || workers.length;
        if (times === 0) return [];
        const limitBytes = kills.at(-1)?.limitBytes ?? count?.limitBytes ?? bytesOf(commands?.memory);
        const limit =
          limitBytes === undefined ? 'its memory limit' : `its limit of ${inMebibytes(limitBytes)}`;
        const accelerated = acceleratedImage(image);
        return [
          {
            status: 'fail',
            title: `${container} was killed for memory ${times === 1 ? 'once' : `${times} times`}`,
            summary:
              accelerated === undefined
                ? `It needs more than ${limit}.`
                : `It runs the image for ${accelerated.accelerator}, which wants more memory than ${limit}.`,
            subject: container,
            evidence: [
              ...killEvidence(kills),
              ...(count === undefined
                ? []
                : [
                    {
                      source: '/sys/fs/cgroup',
                      observed: `oom_kill ${count.kills} since the container was started at ${new Date(count.startedAt).toISOString()}`,
                      expected: 'oom_kill 0',
                    },
                  ]),
              ...workers.slice(-3).map((message) => ({
                source: `podman logs ${container}`,
                observed: `worker ${message.pid} was sent SIGKILL, and not for a time-out`,
                at: message.at,
              })),
              {
                source: 'podman',
                observed: `image ${image}`,
                ...(accelerated === undefined ? {} : { expected: accelerated.target }),
              },
            ],
            fix: mend(image, commands, limitBytes, configuration),
          },
        ];
      });
      return {
        findings,
        unseen: [...missing(blind, 'kernel-oom'), ...unseenKills(facts, attribution, windowStart)],
      };
    },
  },
  source,
});

function killedWorkers(
  messages: readonly WorkerMessage[],
  container: string,
  since: number,
): WorkerMessage[] {
  const own = allWith(messages, 'container', container);
  return own.filter(
    ({ event, pid, at }) =>
      event === 'killed' &&
      at >= since &&
      !own.some(
        (other) =>
          other.event === 'timed-out' &&
          other.pid === pid &&
          other.at <= at &&
          at - other.at <= TIMEOUT_BEFORE_KILL_MS,
      ),
  );
}

function mend(
  image: string,
  commands: UnitCommands | undefined,
  limitBytes: number | undefined,
  configuration: string,
): FindingDraft['fix'] {
  const { target, accelerator } = acceleratedImage(image) ?? {};
  const present = bytesOf(commands?.memory) ?? limitBytes ?? 0;
  // A limit is never lowered: more than the CPU's image wants does no harm.
  const memory =
    accelerator === undefined ? Math.max(2 * GIBIBYTE, 2 * present) : Math.max(2 * GIBIBYTE, present);
  const options = `--memory=${wordOf(memory)} --memory-swap=${wordOf(memory + GIBIBYTE)}`;
  const edits = [
    ...(commands?.memory === undefined
      ? []
      : [`s/--memory=${commands.memory}"/--memory=${wordOf(memory)}"/g`]),
    ...(commands?.memorySwap === undefined
      ? []
      : [`s/--memory-swap=${commands.memorySwap}"/--memory-swap=${wordOf(memory + GIBIBYTE)}"/g`]),
    ...(accelerator === undefined ? [] : ['s/"--device=[^"]*"//g']),
  ];
  const suffix =
    accelerator === undefined
      ? ''
      : `s/\\(immich-machine-learning:[^"@]*\\)-${accelerator}\\(@sha256:[0-9a-f]*\\)*"/\\1"/; `;
  // The version before the suffix may be an interpolation.
  const anchor = `immich-machine-learning:${accelerator === undefined ? '' : `[^"]*-${accelerator}`}`;
  // The options are those from the image to the end of its own container, and of no other: one may begin on that very
  // line, and an image that is written elsewhere, in a variable, has none beside it.
  const own = '/[^A-Za-z0-9_-]image *= *"[^"]*immich-machine-learning:/';
  const script = `/${anchor}/{ ${suffix}:a; /};/!{ N; ba; }; ${own}{ /[^A-Za-z0-9_-]image *=.*[^A-Za-z0-9_-]image *=/!{ ${edits.join('; ')}; }; }; }`;
  const look = `grep -rnE --include='*.nix' -e immich-machine-learning -e '--memory' ${quote(configuration)}`;
  return {
    summary: `${
      accelerator === undefined
        ? `Give it ${options}, or fewer workers (MACHINE_LEARNING_WORKERS=1).`
        : `Use the image for the CPU (${target}), without devices, with ${options}.`
    } Where the tag or a limit is not written beside the image (a variable, another file), the edit leaves it: see what the configuration says now, and change by hand what is still old, before you rebuild.`,
    commands: [
      ...(edits.length === 0
        ? []
        : [
            `sudo grep -rlZ --include='*.nix' ${quote(anchor)} ${quote(configuration)} | sudo xargs -0r sed -i ${quote(script)}`,
          ]),
      look,
      'sudo nixos-rebuild switch',
    ],
    docs: 'docs/checks.md#ml-oom',
  };
}

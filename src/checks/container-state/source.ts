import { type DeclaredContainer, isOfNixos } from '../../facts/config/containers.ts';
import type { Literals } from '../../facts/config/literals.ts';
import type { DeclaredService } from '../../facts/config/services.ts';
import { settingOf } from '../../facts/config/stated.ts';
import { type Text, wholeText } from '../../facts/config/text.ts';
import { isKnown } from '../../model/known.ts';
import { type Judged, judgeSource, together } from '../define.ts';
import { UNITS_OF_CONTAINERS } from '../shared/declared-elsewhere.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { type RunOptions, runOptions } from '../shared/run-options.ts';
import { cannotStart } from './declared-start.ts';
import * as kinds from './kinds.ts';

/** Before this version of NixOS docker is the backend where nothing sets it. */
const PODMAN_SINCE = 22.05;

export const source = judgeSource({
  needs: ['containers'],
  wants: ['services', 'ociBackend', 'system', 'literals'],
  elsewhere: { settings: UNITS_OF_CONTAINERS },
  evaluate({ containers, ociBackend, system, literals }, { folder }) {
    const backend = ociBackend?.backend;
    const version = system?.stateVersion;
    const isOld = version?.state === 'known' && Number(version.value.text) < PODMAN_SINCE;
    // Only for podman NixOS gives the unit a folder in /run.
    const isDocker =
      backend?.state === 'known' ? backend.value.text === 'docker' : backend?.state === 'unset' && isOld;
    const doubt = backend?.state === 'unknown' ? backend.reason : undefined;
    const judged = containers.flatMap((container) => {
      const options = runOptions(container.extraOptions);
      return [
        ...(isDocker || !isOfNixos(container)
          ? []
          : [doubted(judgeEnvironmentFiles(container, options, folder), doubt)]),
        judgeHealth(container, options, literals, folder),
      ];
    });
    const open = containers.flatMap(({ name, extraOptions, environmentFiles }) => {
      const rest = environmentFiles.rest ?? runOptions(extraOptions).rest;
      return rest === undefined ? [] : [`not all options of ${name} are known: ${rest.reason}`];
    });
    const { findings, notChecked } = together([...judged, { notChecked: open }]);
    return {
      findings: [...findings, ...cannotStart(containers, literals, folder)],
      notChecked,
      lookedAt: { containers: containers.length },
    };
  },
});

const doubted = (judged: Judged, doubt: string | undefined): Judged =>
  judged.finding === undefined || doubt === undefined
    ? judged
    : { notChecked: `${judged.finding.title}, or not: which backend runs it is not known (${doubt})` };

/** systemd removes the folder of a unit when the unit stops, and with it what others have written there. */
function judgeEnvironmentFiles(
  { name, environmentFiles, service }: DeclaredContainer,
  options: RunOptions,
  folder: string,
): Judged {
  const own = runtimeDirectories(name, service);
  const inside = [...environmentFiles.items, ...options.values('env-file')].flatMap((file) => {
    const path = file.text.replace(/^\/var\/run\//, '/run/');
    const directory = own.find((each) => path.startsWith(`/run/${each}/`));
    return directory === undefined ? [] : [{ file, directory }];
  });
  const [first] = inside;
  if (first === undefined) return {};
  const { file, directory } = first;
  const about = `whether ${file.text} still exists at the next start of ${name} is not known`;
  const preserve = setting(service, 'RuntimeDirectoryPreserve');
  if (preserve !== undefined && !['no', 'false', 'off', '0'].includes(preserve.items[0]?.text ?? ''))
    return wholeText(preserve.items[0]) === undefined
      ? { notChecked: `${about}: RuntimeDirectoryPreserve is not known` }
      : {};
  const { items: before, rest } = service.startsWith;
  // What runs in the unit itself runs at every start, and finds the folder made.
  const writes = (content: string) =>
    content.includes(`/run/${directory}`) ||
    content.includes(`%t/${directory}`) ||
    /\bRUNTIME_DIRECTORY\b/.test(content);
  if (before.some(({ content }) => writes(content))) return {};
  const hidden =
    rest?.reason ??
    before.find(({ text }) => text.parts.some(isHidden))?.text.text ??
    service.serviceConfig.rest?.reason;
  if (hidden !== undefined) return { notChecked: `${about}: what runs before it is not known (${hidden})` };
  return {
    finding: kinds.environmentFileVanishes.finding(
      { container: name, file: file.text, directory, at: file.at, folder },
      {
        subject: `${service.name}.service`,
        evidence: inside.map(({ file: each, directory: within }) =>
          evidenceAt(each.at, `environment file ${each.text}`, `a file outside of /run/${within}`),
        ),
      },
    ),
  };
}

const setting = (service: DeclaredService, key: string) => settingOf(service.serviceConfig, key);

/** NixOS names it after the container; who writes one that is no list has forced it. */
function runtimeDirectories(name: string, service: DeclaredService): readonly string[] {
  const written = setting(service, 'RuntimeDirectory');
  if (written === undefined || written.items.length === 0) return [name];
  const others = written.items.flatMap(({ text }) => text.split(/\s+/));
  return written.isList ? [name, ...others] : others;
}

/** A script of which nothing can be read; what stands in a package does nothing of its own accord. */
function isHidden(part: Text['parts'][number]): boolean {
  if (typeof part === 'string') return false;
  const isTold = part.arguments.length > 0 || part.path !== undefined || part.name?.startsWith('pkgs.');
  return isTold !== true;
}

const PERIODS = ['health-start-period', 'healthcheck-start-period'] as const;

function judgeHealth(
  { name, image, words }: DeclaredContainer,
  options: RunOptions,
  literals: Literals | undefined,
  folder: string,
): Judged {
  const command = options.all.findLast(
    (option) => option.name === 'health-cmd' || option.name === 'healthcheck-command',
  );
  if (command?.value === undefined || command.value.text === 'none' || options.has('no-healthcheck'))
    return {};
  const period = options.values(...PERIODS).at(-1);
  const hasPeriod = period !== undefined && !/^0+[a-z]*$/.test(wholeText(period) ?? '');
  // A check of the start itself holds the other one back.
  if (hasPeriod || options.has('health-startup-cmd')) return {};
  if (options.rest !== undefined) return {};
  const action = options.values('health-on-failure').at(-1)?.text ?? 'none';
  const acts = ['kill', 'restart', 'stop'].includes(action);
  if (!acts && isPingOfRedis(image, command.value.text)) return {};
  return {
    finding: kinds.noStartPeriod.finding(
      {
        container: name,
        action: acts ? action : undefined,
        at: command.at,
        list: words.options,
        literals,
        folder,
      },
      {
        status: acts ? 'fail' : 'warn',
        subject: name,
        evidence: [
          evidenceAt(
            command.at,
            `--health-cmd=${command.value.text}${period === undefined ? '' : `, --health-start-period=${period.text}`}`,
            '--health-start-period',
          ),
        ],
      },
    ),
  };
}

/** Redis answers it within a second of its start. */
const isPingOfRedis = (image: DeclaredContainer['image'], command: string): boolean =>
  isKnown(image) &&
  /(?:^|\/)(?:redis|valkey)(?:[:@]|$)/.test(image.value.text) &&
  /\b(?:redis|valkey)-cli\b[^|&;]*\bping\b/i.test(command);

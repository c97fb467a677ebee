import type { TellingKind } from '../define.ts';
import * as kinds from './kinds.ts';

/** Why a container cannot be started, as podman and systemd say it, and in words. */
export interface Reason {
  readonly kind: TellingKind<kinds.Down>;
  readonly says: RegExp;
  readonly words: (match: RegExpExecArray) => string;
  /** What is to be done before it is started again. */
  readonly fix: (match: RegExpExecArray) => string;
}

/** The image that a pull was for, where the line says it: `docker://ghcr.io/x/y:1`. */
const imageIn = ({ input }: RegExpExecArray): string => {
  const [, image] = /docker:\/\/([^\s"]+?):?(?=[\s"]|$)/.exec(input) ?? [];
  return image === undefined ? 'its image' : `its image ${image}`;
};

const REASONS: readonly Reason[] = [
  {
    kind: kinds.unhandledReboot,
    says: /boot ID differs from cached boot ID|unhandled reboot has occurred|invalid internal status/,
    words: () => 'podman refuses to work since the last reboot',
    fix: () =>
      'First fix the finding "podman refuses to work since the last reboot": it names the directories to delete.',
  },
  {
    kind: kinds.programMissing,
    says: /(?:Failed at step EXEC spawning|(?:Failed|Unable) to (?:locate|find) executable) '?([^\s':]+)'?: ([^\n]+)/,
    words: (m) => `its program ${m[1]} could not be executed (${m[2]})`,
    fix: (m) =>
      `Install ${m[1]}, or correct the command of the unit. A script needs its first line (#!) to name a program that exists.`,
  },
  {
    kind: kinds.rateLimited,
    says: /toomanyrequests|pull rate limit/i,
    words: (m) => `the registry refuses to send ${imageIn(m)}: too many downloads`,
    fix: () =>
      'Wait until the registry allows downloads again (Docker Hub: up to six hours), or log in to it (podman login). With --pull=newer or --pull=always, each restart is one more request: use --pull=missing.',
  },
  {
    kind: kinds.tagMissing,
    says: /manifest unknown|(?:name|repository) unknown|manifest for \S+ not found/i,
    words: (m) => `the registry does not have ${imageIn(m)}`,
    fix: (m) =>
      `Correct the name or the tag of ${imageIn(m)} where the container is declared: that tag was removed, or never existed.`,
  },
  {
    kind: kinds.certificateRefused,
    says: /x509: ([^:\n]{1,160})/,
    words: (m) => `the certificate of the registry is not accepted (${m[1]?.trim()})`,
    fix: () =>
      'Check the clock of this host first (timedatectl): if it is wrong, no certificate is valid. Then check whether something else answers instead of the registry (a proxy, a captive portal).',
  },
  {
    kind: kinds.registryRefused,
    says: /unauthorized|denied: requested access|requested access to the resource is denied|authentication required/i,
    words: (m) => `the registry refuses to send ${imageIn(m)} without a login`,
    fix: (m) =>
      `Check the name of ${imageIn(m)}: registries give this answer for images that do not exist, too. If it is private, log in (podman login) with credentials that are still valid.`,
  },
  {
    kind: kinds.noSpace,
    says: /no space left on device|disk quota exceeded/i,
    words: () => 'there was no space left on the disk',
    fix: () =>
      'Show which disk is full, or out of inodes (df -h and df -i). Then make room: podman image prune removes untagged images, and nix-collect-garbage removes unused store paths (with --delete-older-than 30d, old generations, too).',
  },
  {
    kind: kinds.sourceMissing,
    says: /statfs (\/.{1,4000}?): no such file or directory/,
    words: (m) => `${m[1]} did not exist when it started`,
    fix: (m) =>
      m[1]?.startsWith('/run/agenix/')
        ? `Do not create ${m[1]} by hand: agenix does. If it is not in age.secrets, declare it there. Then rebuild (sudo nixos-rebuild switch), and check this host again: the check agenix-secrets names the cause and its fix.`
        : `Check whether ${m[1]} is on a disk that is not mounted (findmnt, systemctl list-units --failed), and mount that disk first: with an empty folder the container would start without its data. If it is not on such a disk, create it, or mount another path in the container's volumes.`,
  },
  {
    kind: kinds.networkMissing,
    says: /unable to find network with name or ID ([^:\s]+)/,
    words: (m) => `the podman network ${m[1]} does not exist`,
    fix: (m) => `Create the podman network ${m[1]}, or use another one.`,
  },
  {
    kind: kinds.envFileMissing,
    says: /parsing (?:env )?file "([^"]+)".*no such file/,
    words: (m) => `its environment file ${m[1]} does not exist`,
    fix: (m) =>
      `Write the environment file ${m[1]}. If it is in the unit's runtime directory, systemd removes it at every stop: keep it somewhere else.`,
  },
  {
    kind: kinds.imageMissing,
    says: /(\S+): image not known/,
    words: (m) => `the image ${m[1]} does not exist here`,
    fix: (m) => `Pull or build the image ${m[1]}, or correct its name.`,
  },
  {
    kind: kinds.nameNotResolved,
    says: /lookup ([^\s:]+).*no such host/,
    words: (m) => `the name ${m[1]} cannot be resolved`,
    fix: (m) =>
      `Find out why this host cannot resolve ${m[1]}: read the result of the check dns for this host.`,
  },
  {
    kind: kinds.deviceMissing,
    says: /stat (\/dev\/[^:\s]+): no such file/,
    words: (m) => `the device ${m[1]} does not exist`,
    fix: (m) => `Attach ${m[1]} or load its driver, or remove it from the container's devices.`,
  },
  {
    kind: kinds.nameTaken,
    says: /container name "([^"]+)" is already in use/,
    words: (m) => `the name ${m[1]} is used by another container`,
    fix: (m) => `Rename or remove the other container named ${m[1]}.`,
  },
  {
    kind: kinds.portTaken,
    says: /(\S+): bind: address already in use/,
    words: (m) => `${m[1]} was used by another program`,
    fix: (m) => `If another program still listens on ${m[1]}, stop it, or publish another port.`,
  },
  {
    kind: kinds.addressMissing,
    says: /(\S+): bind: cannot assign requested address/,
    words: (m) => `it could not bind to ${m[1]} because the address did not exist`,
    fix: (m) => `Give this host the address of ${m[1]}, or publish the port on another address.`,
  },
  {
    kind: kinds.commandMissing,
    says: /executable file .*not found/,
    words: () => 'the image does not have the command to run',
    fix: () => 'Correct its command or entry point, or use an image that has the command.',
  },
  {
    kind: kinds.wrongProcessor,
    says: /exec format error/,
    words: () => 'the image is for another processor architecture',
    fix: () => 'Use an image for the processor architecture of this host.',
  },
  {
    kind: kinds.conditionUnmet,
    says: /unmet condition check \(?(\w+)=([^\s)]+)/,
    words: (m) => `its condition ${m[1]}=${m[2]} is not met`,
    fix: (m) =>
      m[1] === 'ConditionPathIsMountPoint'
        ? `Mount ${m[2]}: without that disk the container would start without its data. Leave the condition in the unit.`
        : `Make ${m[1]}=${m[2]} true, or remove the condition from the unit.`,
  },
  {
    kind: kinds.dependencyFailed,
    says: /Dependency failed for/,
    words: () => 'a required unit could not be started',
    fix: () => 'Get the required unit running.',
  },
];

export const reasonIn = (text: string): Reason | undefined => REASONS.find(({ says }) => says.test(text));

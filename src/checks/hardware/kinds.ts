import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import { byHand } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { imageFor } from '../shared/machine-learning.ts';
import { rebuild, restart } from '../shared/steps.ts';

export const deviceMissing = defineKind<{
  readonly name: string;
  readonly path: string;
  readonly isRunning: boolean;
  readonly unit: ContainerUnit | undefined;
  readonly units: readonly ContainerUnit[];
  readonly now: number;
}>({
  id: 'device-missing',
  name: 'A device that a container is given does not exist',
  meaning: 'The container cannot use it, and cannot start again without it.',
  status: 'fail',
  title: ({ name, path, isRunning }) =>
    isRunning ? `${name} uses ${path}, which no longer exists` : `${path} of ${name} does not exist`,
  remedy: ({ name, path, unit, units, now }) => ({
    lasting: [
      byHand(whereFrom(path, name)),
      ...(unit === undefined
        ? []
        : restart([unit.id], {
            units,
            now,
            why: 'Then restart it: a container gets its devices when it starts.',
          })),
    ],
  }),
});

function whereFrom(path: string, name: string): string {
  if (/^\/dev\/(?:dri|accel|kfd)/.test(path))
    return `Load the driver that creates ${path} (hardware.graphics.enable on NixOS; sudo journalctl --dmesg shows why a driver failed). If this host has no such hardware, remove the device where ${name} is declared.`;
  if (/^\/dev\/(?:tty(?:USB|ACM)\d|serial|hidraw)/.test(path))
    return `Plug the device in again. Its number may have changed: where ${name} is declared, pass it by its name in /dev/serial/by-id, which does not change.`;
  return `Attach ${path} or load its driver, or remove it where ${name} is declared.`;
}

export const acceleratorWithoutDevice = defineKind<{
  readonly name: string;
  readonly accelerator: string;
  readonly target: string;
  readonly example: string;
  readonly onHost: boolean;
  readonly nixos: boolean;
}>({
  id: 'accelerator-without-device',
  name: 'An accelerator image runs without its device',
  meaning: 'It then runs on the CPU, but needs far more memory than the CPU image.',
  status: 'warn',
  title: ({ name, accelerator, example, onHost }) =>
    `${name} runs the ${imageFor(accelerator)} ${onHost ? `without its device (${example})` : 'on a host without its device'}`,
  remedy: ({ name, target, example, onHost, nixos }) => ({
    lasting: [
      byHand(
        onHost
          ? `Pass the device (${example}) where ${name} is declared, or use the CPU image (${target}).`
          : `Use the CPU image (${target}), without device options, where ${name} is declared.`,
      ),
      ...rebuilt(nixos),
    ],
  }),
});

export const wrongGroup = defineKind<{
  readonly name: string;
  readonly given: readonly string[];
  readonly node: string;
  readonly gid: number;
  readonly group: string | undefined;
  readonly nixos: boolean;
}>({
  id: 'wrong-group',
  name: 'A container is given the wrong group for its device',
  meaning: 'The user in the container has no permission to open the device.',
  status: 'warn',
  title: ({ name, given, node, gid }) =>
    `${name} has the group ${given.join(', ')}, but ${node} needs ${gid}`,
  remedy: ({ name, gid, group, nixos }) => ({
    lasting: [
      byHand(
        `Pass --group-add=${gid}${group === undefined ? '' : ` (the group ${group} of this host)`} where ${name} is declared.`,
      ),
      ...rebuilt(nixos),
    ],
  }),
});

const rebuilt = (nixos: boolean): Step[] => (nixos ? [rebuild()] : []);

import type { SourceLocation } from '../../model/source-location.ts';
import { byHand } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { placeIn, rebuild } from '../shared/steps.ts';
import { settingPath } from './words.ts';

interface InUnit {
  readonly unit: string;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}

export const wrongSection = defineKind<
  InUnit & {
    readonly key: string;
    readonly section: 'Service' | 'Unit';
    readonly from: 'serviceConfig' | 'unitConfig';
    /** The option below the unit that it belongs to; empty where there is none. */
    readonly place: string;
  }
>({
  id: 'wrong-section',
  name: 'A setting is in a section of the unit where systemd does not know it',
  meaning: 'systemd ignores it: the condition, limit or order that it should set is missing.',
  status: 'fail',
  title: ({ unit, key, from }) => `${unit}: systemd ignores ${key} in ${from}`,
  summary: ({ key, section }) =>
    `It is not a setting of [${section}]: "Unknown key '${key}' in section [${section}], ignoring."`,
  remedy: ({ unit, key, place, folder, at }) => ({
    lasting: [
      byHand(
        place === ''
          ? 'Remove it.'
          : `Move it to ${settingPath(unit, ...place.split('.'))}${key === 'StartLimitIntervalSec' ? `, or set ${settingPath(unit, 'startLimitIntervalSec')}` : ''}.`,
        placeIn(folder, at),
      ),
      rebuild(),
    ],
  }),
});

export const noAssignment = defineKind<
  InUnit & {
    readonly what: string;
    /** The option that sets the variable as it is meant. */
    readonly better: string | undefined;
  }
>({
  id: 'no-assignment',
  name: 'systemd ignores or cuts a variable of a unit',
  meaning:
    'NixOS writes serviceConfig.Environment without quotes, and systemd takes each word as an assignment of its own ("Invalid environment assignment, ignoring").',
  status: 'fail',
  title: ({ unit, what }) => `${unit}: ${what}`,
  remedy: ({ better, folder, at }) => ({
    lasting: [
      byHand(
        better === undefined
          ? 'Write NAME=value, or remove it.'
          : `Set the whole value like this instead, because NixOS quotes the value there: ${better}`,
        placeIn(folder, at),
      ),
      rebuild(),
    ],
  }),
});

export const noContainer = defineKind<InUnit & { readonly meant: string | undefined }>({
  id: 'no-container',
  name: 'Settings are for the unit of a container that is not declared',
  meaning: 'No container gets these settings, and the unit cannot start: it has no ExecStart.',
  status: 'warn',
  title: ({ unit, meant }) =>
    meant === undefined
      ? `${unit} has settings, but belongs to no declared container`
      : `${unit} has settings, but the unit of the container is ${meant}`,
  remedy: ({ unit, meant, folder, at }) => ({
    lasting: [
      byHand(
        meant === undefined
          ? `Declare its container, or remove ${settingPath(unit)}.`
          : `Write ${settingPath(meant)} instead.`,
        placeIn(folder, at),
      ),
      rebuild(),
    ],
  }),
});

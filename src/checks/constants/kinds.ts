import type { Remedy } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { placeIn, rebuild } from '../shared/steps.ts';

interface Named {
  readonly name: string;
  readonly value: string;
  readonly at: SourceLocation | undefined;
  readonly folder: string;
}

const addressRemedy = (text: string, { at, folder }: Pick<Named, 'at' | 'folder'>): Partial<Remedy> => ({
  lasting: [
    run(['tailscale', 'ip', '-4'], { why: 'Show the Tailscale address of the machine.' }),
    byHand(text, placeIn(folder, at)),
    rebuild(),
  ],
});

const RANGE = 'Tailscale gives addresses in 100.64.0.0/10: from 100.64.0.0 to 100.127.255.255.';

export const outsideTheTailnet = defineKind<Named>({
  id: 'outside-the-tailnet',
  name: "A value named like a Tailscale address is outside of Tailscale's range",
  meaning: RANGE,
  status: 'fail',
  title: ({ name, value }) => `${name} is ${value}, which is not a Tailscale address`,
  remedy: (named) => addressRemedy('Write the right address here.', named),
});

export const notAnAddress = defineKind<Named>({
  id: 'not-an-address',
  name: 'A value named like a Tailscale address is not an address',
  meaning: RANGE,
  status: 'fail',
  title: ({ name, value }) => `${name} is ${value}, which is not an IP address`,
  remedy: (named) => addressRemedy('Write the right address here.', named),
});

export const notThisHosts = defineKind<
  Pick<Named, 'at' | 'folder'> & {
    readonly address: string;
    readonly expected: string;
    /** By the settings of hsdoctor. */
    readonly isSet: boolean;
  }
>({
  id: 'not-this-hosts',
  name: 'A Tailscale address is used that is not the address of the host',
  meaning:
    'A machine has only one Tailscale address: a service that listens on another one, or waits for it, never starts.',
  status: 'fail',
  title: ({ address, expected }) => `${address} is not this host's Tailscale address (${expected})`,
  summary: ({ isSet }) =>
    isSet
      ? 'This address is set in the settings of hsdoctor (names.tailscaleAddress).'
      : 'A machine has only one Tailscale address: a service that listens on another one, or waits for it, never starts.',
  remedy: (about) =>
    addressRemedy('Write the address once, as a constant, and use the constant everywhere.', about),
});

export const misspelledConstant = defineKind<{
  readonly written: string;
  readonly meant: string;
  readonly at: SourceLocation;
  readonly folder: string;
}>({
  id: 'misspelled-constant',
  name: 'A constant that does not exist is used',
  meaning: 'nix cannot build the configuration.',
  status: 'fail',
  title: ({ written }) => `${written} does not exist`,
  summary: ({ meant }) =>
    `nix cannot build the configuration. A constant with a similar name exists: ${meant}.`,
  remedy: ({ meant, at, folder }) => ({
    lasting: [
      byHand(`Correct the last part of the name, for example to ${meant}.`, placeIn(folder, at)),
      rebuild(),
    ],
  }),
});

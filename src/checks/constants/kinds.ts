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
    run(['tailscale', 'ip', '-4'], { why: 'Ask the machine which Tailscale address it has.' }),
    byHand(text, placeIn(folder, at)),
    rebuild(),
  ],
});

const RANGE = 'Tailscale gives addresses of 100.64.0.0/10: from 100.64.0.0 to 100.127.255.255.';

export const outsideTheTailnet = defineKind<Named>({
  id: 'outside-the-tailnet',
  name: 'A value that is called a Tailscale address lies outside of the range of tailnets',
  meaning: RANGE,
  status: 'fail',
  title: ({ name, value }) => `${name} is ${value}, which no tailnet gives`,
  remedy: (named) => addressRemedy('Write that address here.', named),
});

export const notAnAddress = defineKind<Named>({
  id: 'not-an-address',
  name: 'A value that is called a Tailscale address is no address',
  meaning: RANGE,
  status: 'fail',
  title: ({ name, value }) => `${name} is ${value}, which is no address`,
  remedy: (named) => addressRemedy('Write that address here.', named),
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
  name: 'An address of the tailnet is used that is not the one of the host',
  meaning: 'A machine has one such address: what listens on another, or waits for it, never comes up.',
  status: 'fail',
  title: ({ address, expected }) =>
    `${address} is not the Tailscale address of this host, which is ${expected}`,
  summary: ({ isSet }) =>
    isSet
      ? 'The settings of hsdoctor (names.tailscaleAddress) say which it is.'
      : 'A machine has one such address: what listens on another, or waits for it, never comes up.',
  remedy: (about) =>
    addressRemedy('Write that address once, as a constant, and use the constant everywhere.', about),
});

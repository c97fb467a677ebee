import type { KindCases } from '../kind-cases.ts';
import { credentials, FILE } from '../sick-macs.ts';

export const cases: KindCases = {
  missing: {
    mac: credentials({ state: 'missing' }),
    near: credentials({ state: 'missing', expected: false }),
  },
  dangling: { mac: credentials({ state: 'dangling', target: '/gone' }), near: credentials({}) },
  unreadable: { mac: credentials({ state: 'unreadable' }), near: credentials({ state: 'hidden' }) },
  empty: { mac: credentials({ bytes: 0 }), near: credentials({ bytes: 1 }) },
  'wrong-form': {
    mac: credentials({ form: 'raw' }),
    near: credentials({ form: 'raw', sourced: false }),
  },
  'carriage-return': {
    mac: credentials({ form: 'carriage-return' }),
    near: credentials({ form: 'assignments' }),
  },
  'other-name': {
    mac: credentials({ form: 'other-names' }),
    near: credentials({ form: 'other-names', expected: false }),
  },
  'in-nix-store': {
    mac: credentials({ mode: '444', target: '/nix/store/key' }),
    near: credentials({ mode: '444', target: '/private/key' }),
  },
  'open-to-others': { mac: credentials({ mode: '640' }), near: credentials({ mode: '600' }) },
  'key-in-property-list': {
    mac: {
      uploadCredentials: {
        credentials: [],
        keyInPropertyList: [{ file: `${FILE}.plist`, as: 'argument' }],
        unreadable: [],
        leftovers: [],
        foreignLeftovers: [],
      },
    },
    near: credentials({}),
  },
  'literal-key': {
    source: {
      'home.nix': `{ config, ... }: {
  launchd.agents.upload-immich.config = {
    ProgramArguments = [ "/opt/homebrew/bin/immich" "upload" "/Users/sam/Photos" ];
    EnvironmentVariables.IMMICH_API_KEY = "Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb";
  };
}
`,
    },
    near: [
      'IMMICH_API_KEY = "Kq3vWbT8yRzLm5NcXd7EfGh2JpQs4Ua9Vb"',
      'IMMICH_API_KEY_FILE = "/run/agenix/immich-api-key"',
    ],
  },
};

import { BOOT, COMMANDS, type Given } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const DB = '/run/agenix/db';
const present = (rest: string, owner = '0:0 root:root') =>
  `declared present ${rest} ${DB}\nhas ${owner} ${DB}\n`;
const secrets = (text: string): Given => ({ secrets: text });
const FINE = secrets(present('400 9 raw'));
const using = (words: string) =>
  COMMANDS.replace(
    'immich-postgres.service\npodman run \n',
    `immich-postgres.service\npodman run \n${words}`,
  );
const AS_ENVIRONMENT = using(` --env-file=${DB}\n`);
const AS_VALUE = using(` -v ${DB}:/run/db\nvalue-file ${DB}\n`);
const DECLARED = `mode 0400 ${DB}\n${present('400 9 raw')}`;
const POINTER = 'version https://git-lfs.github.com/spec/v1';
const MISSING = `declared missing - - - ${DB}\n`;
const said = (text: string) =>
  `${JSON.stringify({ __REALTIME_TIMESTAMP: String((BOOT - 2000) * 1000), MESSAGE: text })}\n`;
const DECRYPTING = said("decrypting '/nix/store/x-db.age' to '/run/agenix.d/1/db'...");
const KEY = '/etc/ssh/ssh_host_ed25519_key';
const MISSED_KEY = said(`stage-2-init: [agenix] WARNING: config.age.identityPaths entry ${KEY} not present!`);
const late: Given = {
  decryptionErrors:
    MISSED_KEY + DECRYPTING + said('stage-2-init: [agenix] WARNING: no readable identities found!'),
};
const keyed = (state: 'there' | 'absent', text: string) => secrets(`key ${state} ${KEY}\n${text}`);
const refused = (text: string): Given => ({ secrets: MISSING, decryptionErrors: DECRYPTING + said(text) });

/** A configuration of these files beside a container that uses the secret. */
const declaring = (file: string, rules: string) => ({
  'configuration.nix': `{ config, ... }: {
  age.secrets.db.file = ./secrets/${file};
  virtualisation.oci-containers.containers.postgres = {
    image = "postgres:16";
    volumes = [ "\${config.age.secrets.db.path}:/run/db" ];
    environment.POSTGRES_PASSWORD_FILE = "/run/db";
  };
}`,
  'secrets/db.age': 'age-encryption.org/v1\n-> X25519 a\n',
  'secrets/secrets.nix': rules,
});
const RULES = '{ "db.age".publicKeys = [ "ssh-ed25519 A" ]; }';
const mounting = (database: string) => `{
  age.secrets.db.file = ./db.age;
  age.secrets.other.file = ./other.age;
  virtualisation.oci-containers.containers = {
    server = {
      image = "x:1";
      volumes = [ "/run/agenix/db:/run/db" ];
      environment = { DB_PASSWORD_FILE = "/run/db"; DB_HOSTNAME = "postgres"; };
    };
    postgres = {
      image = "postgres:16";
      volumes = [ "/run/agenix/${database}:/run/pw" ];
      environment.POSTGRES_PASSWORD_FILE = "/run/pw";
    };
  };
}`;

const onPersist = (more: string) => ({
  'configuration.nix': `{
  age.secrets.db.file = ./secrets/db.age;
  age.identityPaths = [ "/persist/ssh/key" ];
  fileSystems."/".fsType = "ext4";
  fileSystems."/persist" = { fsType = "btrfs"; ${more} };
}`,
  'secrets/db.age': 'age-encryption.org/v1\n-> X25519 a\n',
  'secrets/secrets.nix': RULES,
});

export const cases: KindCases = {
  'key-too-late': { host: { ...late, ...keyed('there', MISSING) }, near: keyed('absent', MISSING) },
  'gone-after-reboot': {
    host: { ...late, ...keyed('there', present('400 9 raw')) },
    near: keyed('absent', present('400 9 raw')),
  },
  'identity-too-late': {
    source: onPersist('neededForBoot = false;'),
    near: ['neededForBoot = false', 'neededForBoot = true'],
  },
  missing: { host: secrets(MISSING), near: FINE },
  'not-a-recipient': {
    host: refused('age: error: no identity matched any of the recipients'),
    near: { decryptionErrors: '' },
  },
  'no-identity': {
    host: refused('age: error: no readable identities found!'),
    near: { decryptionErrors: '' },
  },
  'no-encrypted-file': {
    host: refused('[agenix] WARNING: encrypted file /nix/store/x-db.age does not exist!'),
    near: { decryptionErrors: '' },
  },
  damaged: {
    host: refused('age: error: failed to read header: parsing age header: unexpected intro'),
    near: { decryptionErrors: '' },
  },
  dangling: { host: secrets(`declared dangling - - - ${DB}\n`), near: FINE },
  empty: { host: secrets(present('400 0 raw')), near: FINE },
  'not-assignments': {
    host: { ...FINE, unitCommands: AS_ENVIRONMENT },
    near: secrets(present('400 9 assignments')),
  },
  assignments: {
    host: { ...secrets(present('400 9 assignments')), unitCommands: AS_VALUE },
    near: FINE,
  },
  'wrong-mode': {
    host: secrets(`mode 0400 ${DB}\n${present('440 9 raw')}`),
    near: secrets(`mode 0440 ${DB}\n${present('440 9 raw')}`),
  },
  'wrong-owner': {
    host: secrets(`owner 999:999 ${DB}\n${present('400 9 raw')}`),
    near: secrets(`owner 999:999 ${DB}\n${present('400 9 raw', '999:999 redis:redis')}`),
  },
  'world-readable': { host: secrets(present('444 9 raw')), near: secrets(present('440 9 raw')) },
  leftover: {
    host: secrets(
      `${DECLARED}found present 400 9 raw /run/agenix/old\nhas 999:999 old:old /run/agenix/old\n`,
    ),
    near: secrets(`${DECLARED}found present 400 9 raw /run/agenix/old\nhas 0:0 root:root /run/agenix/old\n`),
  },
  'not-encrypted': {
    source: { ...declaring('db.age', RULES), 'secrets/db.age': POINTER },
    near: [POINTER, 'age-encryption.org/v1\n-> X25519 a\n'],
  },
  'file-missing': { source: declaring('lost.age', RULES), near: ['lost.age', 'db.age'] },
  'no-rule': { source: declaring('db.age', RULES.replace('db', 'other')), near: ['"other.age"', '"db.age"'] },
  'no-recipients': {
    source: declaring('db.age', RULES.replace('"ssh-ed25519 A"', '')),
    near: ['[  ]', '[ "ssh-ed25519 A" ]'],
  },
  'declared-world-readable': {
    source: {
      ...declaring('db.age', RULES),
      'configuration.nix': '{ age.secrets.db = { file = ./secrets/db.age; mode = "0444"; }; }',
    },
    near: ['0444', '0440'],
  },
  'not-a-key': {
    source: declaring('db.age', RULES.replace('ssh-ed25519 A', 'TODO')),
    near: ['TODO', 'age1q'],
  },
  'not-at-path': {
    source: {
      ...declaring('db.age', RULES),
      'configuration.nix': `{
  age.secrets.db.file = ./secrets/db.age;
  age.secrets.db.name = "database";
  systemd.services.x.serviceConfig.LoadCredential = "x:/run/agenix/db";
}`,
    },
    near: ['agenix/db', 'agenix/database'],
  },
  'not-declared': {
    source: {
      ...declaring('db.age', RULES),
      'configuration.nix': `{ config, ... }: {
  age.secrets.db.file = ./secrets/db.age;
  systemd.services.x.serviceConfig.LoadCredential = "x:\${config.age.secrets.web.path}";
}`,
    },
    near: ['secrets.web', 'secrets.db'],
  },
  'literal-password': {
    source:
      '{ virtualisation.oci-containers.containers.db = { image = "postgres:16"; environment.POSTGRES_PASSWORD = "hunter2"; }; }',
    near: ['"hunter2"', '"$POSTGRES_PASSWORD"'],
  },
  'different-secrets': { source: mounting('other'), near: ['/run/agenix/other', '/run/agenix/db'] },
};

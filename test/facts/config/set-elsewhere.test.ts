import { describe, expect, test } from 'vitest';
import { judged } from '../../nix/corpus.ts';

function saidBy(check: string, options: string) {
  const results = judged({ 'configuration.nix': `{ pkgs, lib, ... }: {\n${options}\n}` });
  const { status, reason } = results.find((result) => result.check === check) ?? {};
  return { status, reason };
}

const UNIT = 'systemd.services.sync.serviceConfig.User = "sync";';

/** What makes a thing to judge in another system, where the machine itself has none. */
const THINGS: readonly {
  readonly name: string;
  readonly check: string;
  readonly options: string;
  readonly what: string;
  readonly near: string;
}[] = [
  {
    name: 'a secret of a specialisation',
    check: 'agenix-secrets',
    options: 'specialisation.gpu.configuration.age.secrets.db.file = ./db.age;',
    what: 'age.secrets.db of the specialisation gpu',
    near: 'specialisation.gpu.configuration.boot.kernelParams = [ "quiet" ];',
  },
  {
    name: 'a secret of a container of NixOS',
    check: 'agenix-secrets',
    options: 'containers.web.config = { ... }: { age.secrets.db.file = ./db.age; };',
    what: 'age.secrets.db of the container of NixOS web',
    near: 'containers.web.config = { ... }: { age.identityPaths = [ "/etc/key" ]; };',
  },
  {
    name: 'a secret of a microvm',
    check: 'agenix-secrets',
    options: 'microvm.vms.guest.config.age.secrets.db.file = ./db.age;',
    what: 'age.secrets.db of the microvm guest',
    near: 'microvm.vms.guest.config.age.secrets = lib.mkIf false { db.file = ./db.age; };',
  },
  {
    name: 'a secret of a home of a specialisation',
    check: 'agenix-secrets',
    options: 'specialisation.gpu.configuration.home-manager.users.bob.age.secrets.db.file = ./db.age;',
    what: 'home-manager.users.bob.age.secrets.db of the specialisation gpu',
    near: 'specialisation.gpu.configuration.home-manager.users.bob.age.secrets = { };',
  },
  {
    name: 'a unit of a specialisation',
    check: 'unit-settings',
    options: `specialisation.gpu.configuration.${UNIT}`,
    what: 'systemd.services.sync.serviceConfig of the specialisation gpu',
    near: 'specialisation.gpu.configuration.systemd.services.sync.enable = false;',
  },
  {
    name: 'an automatic upgrade of a specialisation',
    check: 'system-update',
    options: 'specialisation.gpu.configuration.system.autoUpgrade.enable = true;',
    what: 'system.autoUpgrade.enable of the specialisation gpu',
    near: 'specialisation.gpu.configuration.system.autoUpgrade.enable = false;',
  },
];

describe.each(THINGS)('$name', ({ check, options, what, near }) => {
  test('makes its check unknown, with its place', () => {
    expect(saidBy(check, options)).toEqual({
      status: 'unknown',
      reason: `there are settings that are not read: ${what} (configuration.nix:2)`,
    });
  });

  test('is not told of without it', () => {
    expect(saidBy(check, near).status).toBe('skipped');
  });
});

test('a machine of which all is in order is unknown for the unit of its specialisation alone', () => {
  expect(saidBy('unit-settings', UNIT).status).toBe('ok');
  expect(saidBy('unit-settings', `${UNIT}\nspecialisation.a.configuration.${UNIT}`)).toEqual({
    status: 'unknown',
    reason:
      'there are settings that are not read: systemd.services.sync.serviceConfig of the specialisation a (configuration.nix:3)',
  });
});

test('a unit of a specialisation hides no finding', () => {
  const wrong = 'systemd.services.sync.serviceConfig.ConditionPathExists = "/srv";';
  expect(saidBy('unit-settings', `${wrong}\nspecialisation.a.configuration.${UNIT}`)).toEqual({
    status: 'fail',
    reason:
      'there are settings that are not read: systemd.services.sync.serviceConfig of the specialisation a (configuration.nix:3)',
  });
});

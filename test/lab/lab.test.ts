import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, Report } from '../../src/model/report.ts';
import { Box, eventually, type Outcome } from './box.ts';
import {
  activeState,
  configuration,
  rebuild,
  restore,
  setNameServer,
  setTailscaleDelay,
  TAILSCALE_ADDRESS,
} from './home-server.ts';
import { type Checked, check, complaints, hsdoctor, rootCauses } from './hsdoctor.ts';
import { follow } from './remedies.ts';
import { suites } from './root.ts';
import { refusals, type Scenario, scenarios } from './scenarios.ts';

const WAIT_MODULE = `{ ... }: {
  systemd.services.podman-immich-server.serviceConfig.ExecStartPre = [
    "/bin/sh -c 'until tailscale ip -4 | grep -qxF ${TAILSCALE_ADDRESS}; do sleep 1; done'"
  ];
}
`;

/** What is said when all that has just been started, the name server of a network too, has had its time: at most a minute later. */
async function settledCheck(box: Box): Promise<Checked> {
  for (const end = Date.now() + 60_000; ; ) {
    const checked = await check(box);
    const isWell = checked.exitCode === 0 && complaints(checked).length === 0;
    if (isWell || Date.now() > end) return checked;
  }
}

/** What a slow machine does not answer in time is unknown for a moment. */
async function checkUntil(box: Box, holds: (causes: readonly Finding[]) => boolean): Promise<Checked> {
  for (const end = Date.now() + 30_000; ; ) {
    const checked = await check(box);
    if (holds(rootCauses(checked)) || Date.now() > end) return checked;
  }
}

describe.each(suites)('a home server on Debian %s', (suite) => {
  let box: Box;

  beforeAll(async () => {
    box = await Box.create(suite);
    await box.boot();
    await box.must('/usr/local/share/lab/make-images');
  });

  afterAll(async () => {
    await box?.remove();
  });

  test('a healthy server has no finding', async () => {
    await restore(box);
    const healthy = await settledCheck(box);
    expect(complaints(healthy)).toEqual([]);
    expect(healthy.exitCode).toBe(0);
    expect(healthy.sshCalls).toBe(1);
  });

  const isHere = ({ suites: only = suites }: Scenario) => only.includes(suite);

  test.each(scenarios.filter(isHere))('$name', async ({ provoke, blames, warns = [], answer, byHand }) => {
    await restore(box);
    await provoke(box);

    const sick = await checkUntil(box, ({ length }) => length === Object.values(blames).flat().length);
    const causes = rootCauses(sick);
    const blamed = Object.entries(blames).flatMap(([id, things]) =>
      [things].flat().map((thing) => ({ id, thing })),
    );
    expect(causes.map((finding) => finding.check).sort(), complaints(sick).join('\n')).toEqual(
      blamed.map(({ id }) => id).sort(),
    );
    for (const { id, thing } of blamed)
      expect(
        causes
          .filter(({ check: by }) => by === id)
          .map(({ title }) => title)
          .join('\n'),
      ).toContain(thing);
    for (const title of warns) expect(complaints(sick)).toContainEqual(expect.stringContaining(`  ${title}`));
    expect(sick.exitCode).toBe(1);

    const now = causes.flatMap(({ remedy }) => remedy?.now ?? []);
    const promised = sick.target.headline.flatMap((entry) => (entry.now === undefined ? [] : entry.what));
    await follow(box, now);
    await box.settle();
    if (now.length > 0) {
      expect(promised).not.toEqual([]);
      await eventually(`what was promised runs again: ${promised.join(', ')}`, async () => {
        const down = (await check(box)).target.headline.map(({ what }) => what);
        return !promised.some((what) => down.includes(what));
      });
    }

    const lasting = causes.flatMap(({ remedy }) => remedy?.lasting ?? []);
    await follow(box, lasting, { answer, byHand });
    await box.settle();
    const fixed = await settledCheck(box);
    expect(complaints(fixed), JSON.stringify(lasting, null, 2)).toEqual([]);
    expect(fixed.exitCode).toBe(0);

    await box.shutDown();
    await box.boot();
    await eventually('it is well again after a reboot', async () => (await check(box)).exitCode === 0);
    expect(complaints(await settledCheck(box))).toEqual([]);
  });

  test('a late Tailscale address does no harm to a container that waits for it', async () => {
    await restore(box);
    await box.must('cat >/etc/nixos/tailscale-wait.nix', WAIT_MODULE);
    await rebuild(
      box,
      await configuration({
        '"127.0.0.1:2283:2283"': `"${TAILSCALE_ADDRESS}:2283:2283"`,
        './hardware-configuration.nix': './hardware-configuration.nix ./tailscale-wait.nix',
      }),
    );
    await setTailscaleDelay(box, 15);
    await box.shutDown();
    await box.boot();
    await eventually('it is up', async () => (await activeState(box, 'podman-immich-server')) === 'active');
    await box.settle();
    const healthy = await settledCheck(box);
    expect(complaints(healthy)).toEqual([]);
    expect(healthy.target.results.find(({ check: id }) => id === 'tailscale-wait')?.status).toBe('ok');
    expect(healthy.exitCode).toBe(0);
  });

  test.each(refusals.filter(isHere))('$name', async ({ provoke, blames, warns = [], byHand }) => {
    await restore(box);
    await provoke(box);
    const sick = await check(box);
    const causes = rootCauses(sick);
    expect(causes.map((finding) => finding.check).sort(), complaints(sick).join('\n')).toEqual(
      Object.keys(blames).sort(),
    );
    for (const { check: id, title } of causes) expect(title).toContain(blames[id]);
    for (const title of warns) expect(complaints(sick)).toContainEqual(expect.stringContaining(`  ${title}`));
    if (byHand === undefined) return;
    await byHand(box);
    expect(complaints(await settledCheck(box))).toEqual([]);
  });

  test('a name server that does not answer is named, and nobody is asked without a way out', async () => {
    await restore(box);
    const offline = await check(box);
    expect(offline.target.results.find(({ check: id }) => id === 'dns')).toMatchObject({ status: 'skipped' });
    await setNameServer(box, box.gateway, box.gateway);
    // For the first two minutes after the boot nothing is said of it.
    await eventually('the boot is long over', async () => {
      const booted = await box.must('date -d "$(systemctl show -P UserspaceTimestamp)" +%s; date +%s');
      const [then = 0, now = 0] = booted.trim().split('\n').map(Number);
      return now - then > 125;
    });
    const broken = await check(box);
    expect(rootCauses(broken).map(({ title }) => title)).toEqual([
      expect.stringContaining(`: ${box.gateway} does not listen on port 53`),
    ]);
    expect(broken.exitCode).toBe(1);
    await restore(box);
    expect(complaints(await settledCheck(box))).toEqual([]);
  });

  test('a container ended by `podman kill` is not said to be killed for memory', async () => {
    await restore(box);
    await box.must('podman kill --signal KILL immich-ml');
    await eventually(
      'systemd restarts it',
      async () => (await activeState(box, 'podman-immich-ml')) === 'active',
    );
    const { target } = await check(box);
    const blamed = target.results.filter(({ findings }) => findings.length > 0).map(({ check: id }) => id);
    expect(blamed).not.toContain('container-oom');
    expect(blamed).not.toContain('ml-oom');
  });

  test('a kill in a container of somebody else is not blamed on ours', async () => {
    await restore(box);
    await box.ssh(
      'minipc',
      `podman --root /var/tmp/other --runroot /run/other import --quiet --change 'CMD ["/bin/tail","/dev/zero"]' /var/tmp/image.tar other
podman --root /var/tmp/other --runroot /run/other --events-backend none run --rm --memory=32m --memory-swap=32m other`,
    );
    const log = await box.must('journalctl --dmesg --since=-20s --output=cat');
    expect(log).toMatch(/oom_memcg=\S*libpod-[0-9a-f]{64}/);
    const healthy = await settledCheck(box);
    expect(complaints(healthy)).toEqual([]);
    expect(healthy.exitCode).toBe(0);
  });

  test('a clock that is a day ahead is named, by a stand-in for `date`', async () => {
    await restore(box);
    await settledCheck(box);
    const date = '/usr/local/bin/date';
    await box.must(`cat >${date}; chmod 755 ${date}`, '#!/bin/sh\nexec faketime -f +1d /bin/date "$@"\n');
    const ahead = await check(box).finally(() => box.must(`rm ${date}`));
    expect(complaints(ahead)).toEqual([
      'clock is fail',
      expect.stringMatching(
        /^ {2}The clock of the host is (?:24 h|23 h 59 min).* ahead of the clock of this machine$/,
      ),
    ]);
    expect(complaints(await settledCheck(box))).toEqual([]);
  });

  test('what changed before a fault began is told by its time', async () => {
    await restore(box);
    await rebuild(box, await configuration({ 'uptime-kuma:1"': 'uptime-kuma:crash"' }));
    await eventually('systemd restarts it', async () => {
      const shown = await box.inside('systemctl show -P NRestarts podman-uptime-kuma');
      return Number(shown.stdout) >= 4;
    });
    const image = 'docker.io/louislam/uptime-kuma';
    const { target } = await check(box);
    expect(target.changes?.differences).toEqual([
      { what: 'image of uptime-kuma', from: `${image}:1`, to: `${image}:crash` },
    ]);
    const { stdout } = await hsdoctor(box, ['check', '--host', 'minipc']);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /uptime-kuma: the problem began .*after generation \d+ was made \(image of uptime-kuma: 1 -> crash\)/,
    );
  });

  test('containers of Docker and of another user are not said to be well', async () => {
    await restore(box);
    const runs = `--change 'CMD ["/bin/sh","-c","while :; do sleep 1; done"]' /var/tmp/image.tar app`;
    await box.must('systemctl start docker.service');
    try {
      await box.must(`docker import ${runs}; docker run --detach --name=app app`);
      await box.ssh('minipc', 'docker run --name=broken app /bin/cat /absent');
      await box.ssh(
        'minipc-user',
        `podman import --quiet ${runs}; podman run --detach --network=none --name=app app; podman run --network=none --name=broken app /bin/cat /absent`,
      );
      const checked = await settledCheck(box);
      const others =
        'hsdoctor does not check docker containers (1), containers of the user greenhead (1): see sudo docker ps -a, and podman ps -a logged in as greenhead';
      for (const id of ['container-state', 'app-reachable'])
        expect(complaints(checked)).toContain(`${id} is unknown: ${others}`);
      expect(checked.target.results.flatMap(({ findings }) => findings)).toEqual([]);
      expect(checked.exitCode).toBe(3);
    } finally {
      await box.ssh('minipc-user', 'podman rm --all --force --time 0');
      await box.ssh('minipc', 'docker rm --force app broken; systemctl stop docker.socket docker containerd');
    }
    expect(complaints(await settledCheck(box))).toEqual([]);
  });

  test('an ordinary user is told nothing as ok that only root can see', async () => {
    await restore(box);
    await box.ssh('minipc', 'rm -rf /run/agenix.d/*; systemctl restart podman-immich-postgres.service');
    await rebuild(
      box,
      await configuration({ 'machine-learning:release"': 'machine-learning:release-openvino"' }),
    );
    const asRoot = await check(box);
    const asUser = await check(box, '--host', 'minipc-user');
    const ok = (checked: typeof asRoot) =>
      checked.target.results.filter(({ status }) => status === 'ok').map(({ check: id }) => id);
    expect(ok(asRoot)).toEqual(expect.arrayContaining(ok(asUser)));
    expect(asUser.target.results.find(({ check: id }) => id === 'visibility')?.status).toBe('unknown');
    expect(asUser.exitCode).not.toBe(0);
  });

  test('with --sudo a user sees what root sees, by one ssh and one sudo, and nothing stays behind', async () => {
    await restore(box);
    await settledCheck(box);
    await box.must('rm -f /var/log/sudo.log');
    const before = await box.inside('ps -eo args=');
    const checked = await check(box, '--host', 'minipc-sudo', '--sudo');
    expect(complaints(checked)).toEqual([]);
    expect(checked.exitCode).toBe(0);
    expect(checked.sshCalls).toBe(1);
    expect((await box.must('grep -c COMMAND= /var/log/sudo.log')).trim()).toBe('1');
    await eventually('the login is over', async () => (await box.inside('pgrep -u admin')).exitCode === 1);
    const shells = ({ stdout }: Outcome) =>
      stdout.split('\n').filter((line) => /^(?:sudo |sh -s|\S*journalctl|sleep \d)/.test(line));
    expect(shells(await box.inside('ps -eo args='))).toEqual(shells(before));
  });

  test('planted secrets come back in no output and in no bundle', async () => {
    await restore(box);
    await rebuild(
      box,
      await configuration({
        'MACHINE_LEARNING_WORKERS = "1"': 'OTHER = "planted-in-the-environment"',
        '"--memory=2g"': '"--memory=2g" "--env=DB_URL=postgres://immich:planted-in-an-option@db/immich"',
        'virtualisation.podman.enable = true;': `virtualisation.podman.enable = true;
  systemd.services.podman-uptime-kuma.serviceConfig = {
    Environment = "TOKEN=planted-in-the-unit";
    ExecStartPre = [ "/bin/echo DB_PASSWORD=planted-in-the-journal" ];
  };`,
      }),
    );
    await box.settle();
    expect(await box.must('podman inspect immich-ml; systemctl cat podman-uptime-kuma')).toMatch(
      /planted-in-the-environment[\s\S]*planted-in-the-unit/,
    );
    const folder = join(box.folder, 'bundle');
    const outputs = [
      await hsdoctor(box, ['check', '--host', 'minipc', '--json']),
      await hsdoctor(box, ['check', '--host', 'minipc']),
      await hsdoctor(box, ['collect', '--host', 'minipc', '--output', folder]),
    ];
    const files = await execa('grep', ['--recursive', '', folder]);
    const everything = [...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]), files.stdout].join(
      '\n',
    );
    expect(everything).toContain('immich-ml');
    expect(everything).not.toContain('planted');
  });

  test('a bundle is judged as the live run was', async () => {
    await restore(box);
    await box.ssh('minipc', 'rm -rf /run/agenix.d/*; systemctl restart podman-immich-postgres.service');
    await eventually(
      'it gives up',
      async () => (await activeState(box, 'podman-immich-postgres')) === 'failed',
    );
    await box.settle();
    const folder = join(box.folder, 'sick');
    await hsdoctor(box, ['collect', '--host', 'minipc', '--output', folder]);
    const live = await check(box);
    const saved = await hsdoctor(box, ['check', '--bundle', folder, '--json']);
    const told = (report: Report) =>
      report.targets[0]?.results.map(({ check: id, status, findings }) => [
        id,
        status,
        findings.map(({ title }) => title),
      ]);
    expect(told(JSON.parse(saved.stdout))).toEqual(told(live.report));
    expect(saved.exitCode).toBe(live.exitCode);
  });
});

import { expect, test } from 'vitest';
import { containerName, memorySize, unitName, webAddress } from '../../src/remedy/words.ts';

test.each(['http://photos.ts.net:2283/api', 'https://[fd7a:115c:a1e0::1]:2283/api'])(
  'a web address: %s',
  (address) => {
    expect(webAddress(address)).toBe(address);
  },
);

// curl would ask each of them.
test.each([
  'http://photos/{a,b}',
  'http://photos/[1-9]',
  'http://[fd7a:115c:a1e0::1]/[a-z]',
  'http://{a,b}/',
])('no web address, but a pattern: %s', (address) => {
  expect(webAddress(address)).toMatchObject({ refused: address });
});

// systemctl would act on each unit that fits, and both programs take what begins with a dash for an option.
const NO_NAMES = [
  '*',
  'podman-*',
  'podman-[a-z]',
  'podman-?',
  '-x',
  '--all',
  '--host=evil@x',
  'a b',
  'a\nb',
  '',
];

test.each(NO_NAMES)('neither a unit name nor of a container: %j', (name) => {
  expect(unitName(`${name}.service`)).toEqual({ refused: `${name}.service`, what: 'a unit name' });
  expect(containerName(name)).toEqual({ refused: name, what: 'a container name' });
});

test.each(['podman-immich-server.service', 'getty@tty1.service', 'srv-a\\x2db.mount'])(
  'a unit name: %s',
  (name) => {
    expect(unitName(name)).toBe(name);
  },
);

test.each(['4g"/X/;s/.*/touch PWN/e;s/"q', '4g"', '4 g', '-1', '4gb', ''])(
  'no amount of memory: %j',
  (size) => {
    expect(memorySize(size)).toEqual({ refused: size, what: 'a memory size' });
  },
);

import { expect, test } from 'vitest';
import { webAddress } from '../../src/remedy/words.ts';

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
